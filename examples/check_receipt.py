"""Checks a receipt and asks nobody: python check_receipt.py KEYS.json RECEIPT.txt [E-MAIL ADDRESS]"""

import base64
import hashlib
import hmac
import json
import re
import sys
import unicodedata
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

RECEIPT = r"(PCR1\.([A-Z2-7]+))\.([0-9A-F]{16})\.([A-Z2-7]{103})(?:Proof:([A-Z2-7]{26}))?"


def unpacked(letters: str) -> bytes:
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def check(keys: str, receipt: str, email: str = "") -> str:
    found = re.search(RECEIPT, "".join(receipt.split()))
    if not found:
        return "NO RECEIPT: nothing here looks like one, or a part of it is missing."
    signed, payload, key_id, signature, proof = found.groups()
    public = {key["id"].upper(): base64.b64decode(key["public"]) for key in json.loads(keys)["keys"]}
    if key_id not in public:
        return "FOREIGN: none of these keys has signed it."
    try:
        Ed25519PublicKey.from_public_bytes(public[key_id]).verify(unpacked(signature), signed.encode())
    except InvalidSignature:
        return "CHANGED: it is not what was signed."
    said = json.loads(unpacked(payload))
    lines = [f"{name}: {value}" for name, value in said.items()]
    if email:
        named = unicodedata.normalize("NFKC", email).strip().casefold()
        digest = hashlib.sha256(f"email:{named}".encode()).hexdigest().encode()
        person = hmac.new(unpacked(proof or ""), digest, hashlib.sha256).hexdigest()
        lines.append(f"given to {email}: {'yes' if person == said.get('person') else 'NO'}")
    return "\n".join(["GENUINE", *lines])


if __name__ == "__main__":
    answer = check(Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_text(), *sys.argv[3:4])
    print(answer)
    sys.exit(0 if answer.startswith("GENUINE") else 1)
