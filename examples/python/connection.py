"""Where the relay is, and tokens for it: from FAIRLEAD_CONNECTION_STRING, or from the relay of this checkout."""

import base64
import hashlib
import hmac
import os
import pathlib
import sys
import time
from urllib.parse import quote_plus

file = pathlib.Path(__file__).resolve().parents[2] / "data/connection-string-plain"
text = os.environ.get("FAIRLEAD_CONNECTION_STRING") or (file.exists() and file.read_text())
if not text:
    sys.exit("start the relay with ./fairlead serve, or set FAIRLEAD_CONNECTION_STRING to the connection string of one")
parts = dict(part.split("=", 1) for part in text.strip().split(";") if part)

# sb:// means TLS; a plain port is named with http://.
scheme, _, host = parts["Endpoint"].rstrip("/").partition("://")
relay = {"sb": "wss", "https": "wss", "http": "ws"}[scheme] + "://" + host


def url(path, action):
    """The address of a hybrid connection for listen or connect, with a token of one hour in its query."""
    resource = quote_plus(f"http://{host}/{path}")
    expiry = int(time.time()) + 3600
    signed = hmac.new(parts["SharedAccessKey"].encode(), f"{resource}\n{expiry}".encode(), hashlib.sha256)
    signature = quote_plus(base64.b64encode(signed.digest()))
    name = parts["SharedAccessKeyName"]
    token = f"SharedAccessSignature sr={resource}&sig={signature}&se={expiry}&skn={name}"
    return f"{relay}/$hc/{path}?sb-hc-action={action}&sb-hc-token={quote_plus(token)}"
