"""The secrets that the sample adds, all invented: none may be found in anything that the product keeps or writes."""

import base64

ACCESS_KEY_ID = "AKIA" + "FAKELARKFIELD000"
MASTER_PASSWORD = "coupled-NotARealPassword-3"
PENDING_PASSWORD = "pending-NotARealPassword-9"
OIDC_SECRET = "fake-oidc-client-secret-larkfield"
IMPORT_TOKEN = "batch-NotARealToken-55"
NOTE = "ask Tomasz, it is swordfish-NotARealPassword-8"
HOOK = "https://chat.larkfield.example/hooks/T0000/B0000/NotARealToken77"
CONTAINER_PASSWORD = "container-NotARealPassword-6"
JVM_PASSWORD = "keystore-NotARealPassword-4"
VPN_KEY = "tunnel-NotARealKey-31"
FRONT_DOOR = "front-door-NotARealToken-31"
FUNCTION_VARIABLE = "function-NotARealPassword-6"
USER_DATA = base64.b64encode(f"#!/bin/bash\nexport IMPORT_TOKEN={IMPORT_TOKEN}\n/opt/batch/run\n".encode()).decode()

SECRETS = {
    "access key id": ACCESS_KEY_ID,
    "coupled database's password": MASTER_PASSWORD,
    "password of a pending change": PENDING_PASSWORD,
    "OIDC client secret": OIDC_SECRET,
    "token in user data": IMPORT_TOKEN,
    "JVM property": JVM_PASSWORD,
    "password in a container definition": CONTAINER_PASSWORD,
    "user data": USER_DATA,
    "VPN tunnel key": VPN_KEY,
    "web hook": HOOK,
    "header of the front door": FRONT_DOOR,
    "function's environment variable": FUNCTION_VARIABLE,
    "note on a secret": NOTE,
}
