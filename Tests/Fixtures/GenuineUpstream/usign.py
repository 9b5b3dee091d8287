"""usign key pairs and signatures, made with the openssl program (Ed25519)."""

import base64
import os
import subprocess
import tempfile

# A PKCS#8 wrapping of a raw Ed25519 seed (RFC 8410) is this prefix and the 32 bytes.
PKCS8_PREFIX = bytes.fromhex("302e020100300506032b657004220420")


class KeyPair:
    """One usign key pair; `fingerprint` is the 8-byte key number that usign and opkg use."""

    def __init__(self, seed=None, number=None):
        self.seed = seed or os.urandom(32)
        self.number = number or os.urandom(8)
        public = subprocess.run(
            ["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"],
            input=PKCS8_PREFIX + self.seed, stdout=subprocess.PIPE, check=True).stdout
        self.public = public[-32:]

    @property
    def fingerprint(self):
        """The key number as 16 hex digits: the name of the key's file in a `keys` folder."""
        return self.number.hex()

    def public_file(self):
        """The text of a usign public key file."""
        body = base64.b64encode(b"Ed" + self.number + self.public).decode()
        return f"untrusted comment: public key {self.fingerprint}\n{body}\n"

    def sign(self, data):
        """The text of a usign signature file over `data`."""
        with tempfile.TemporaryDirectory() as folder:
            key, message = os.path.join(folder, "key"), os.path.join(folder, "message")
            with open(key, "wb") as out:
                out.write(PKCS8_PREFIX + self.seed)
            with open(message, "wb") as out:
                out.write(data)
            signature = subprocess.run(
                ["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", message],
                stdout=subprocess.PIPE, check=True).stdout
        body = base64.b64encode(b"Ed" + self.number + signature).decode()
        return f"untrusted comment: signed by key {self.fingerprint}\n{body}\n"
