"""Who asks for it: one YAML file per compliance program, and the loader that checks them."""
