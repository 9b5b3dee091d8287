"""Ed25519 keys and signatures in the format of usign and signify, made with the openssl program."""

import base64
import hashlib
import os
import subprocess
import tempfile

_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")


class Key:
    """A key pair from 32 secret bytes. The fingerprint is 8 bytes, random in usign, derived here."""

    def __init__(self, secret, comment):
        self.comment = comment
        self._secret = secret
        der = subprocess.run(["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"],
                             input=_PKCS8 + secret, stdout=subprocess.PIPE, check=True).stdout
        self._public_der = der
        self.public = der[-32:]
        self.fingerprint = hashlib.sha256(b"fingerprint" + self.public).digest()[:8]

    @classmethod
    def derived(cls, seed, name):
        return cls(hashlib.sha256(f"{seed}\0key\0{name}".encode()).digest(), f"{name} key of the sample upstream")

    @property
    def public_text(self):
        packed = base64.b64encode(b"Ed" + self.fingerprint + self.public).decode()
        return f"untrusted comment: public key {self.fingerprint.hex()}\n{packed}\n"

    @property
    def public_pem(self):
        return _pem("PUBLIC KEY", self._public_der)

    @property
    def private_pem(self):
        return _pem("PRIVATE KEY", _PKCS8 + self._secret)

    def sign(self, message):
        """The 64 bytes of the Ed25519 signature."""
        with tempfile.TemporaryDirectory(prefix="sample-sign-") as folder:
            key, text = os.path.join(folder, "key"), os.path.join(folder, "message")
            with open(key, "w", encoding="ascii") as file:
                file.write(self.private_pem)
            with open(text, "wb") as file:
                file.write(message)
            return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", text],
                                  stdout=subprocess.PIPE, check=True).stdout

    def signature_text(self, message):
        packed = base64.b64encode(b"Ed" + self.fingerprint + self.sign(message)).decode()
        return f"untrusted comment: signed by key {self.fingerprint.hex()}\n{packed}\n"


def _pem(label, der):
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"
