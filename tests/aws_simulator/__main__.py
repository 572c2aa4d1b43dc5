"""`python -m tests.aws_simulator WORLD.json`: serve a world, and print the environment that sends AWS clients to it."""

import argparse
import threading

from tests.aws_simulator import World, serve


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.aws_simulator", description=__doc__)
    parser.add_argument("world", help="the world's JSON file")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes any that is free")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds by which every answer is late")
    options = parser.parse_args()
    with serve(World.load(options.world), latency=options.latency, port=options.port) as bench:
        for name, value in bench.environment.items():
            print(f"export {name}={value}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
