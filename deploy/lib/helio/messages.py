"""The messages that a site is checked with, and how what was read is compared with what was sent."""

import base64
import os
import random

CRLF = b"\r\n"

# What relays and stores may put above a message (RFC 5321 §4.4, RFC 8601, Delivered-To).
TRACE_FIELDS = (b"return-path", b"received", b"delivered-to", b"x-original-to", b"authentication-results",
                b"received-spf")


class Message:
    """One message: its bytes as sent, and what the SMTP dialogue must say about it."""

    def __init__(self, kind, ident, content, options=()):
        self.kind = kind
        self.ident = ident          # the Message-ID without its angle brackets
        self.content = content
        self.options = list(options)


def _head(ident, sender, recipients, subject, extra=()):
    fields = [b"Date: Sat, 01 Feb 2025 10:00:00 +0000", b"From: " + sender.encode(),
              b"To: " + ", ".join(recipients).encode(), b"Subject: " + subject, b"Message-ID: <" + ident.encode() + b">",
              b"MIME-Version: 1.0", *extra]
    return CRLF.join(fields) + CRLF + CRLF


def _ident(kind):
    return f"{kind}.{os.urandom(8).hex()}@check.example.test"


def plain(sender, recipients, text="The quick start says hello."):
    ident = _ident("plain")
    body = text.encode() + CRLF + b"." + CRLF + b"..two dots" + CRLF + b"From here on" + CRLF + CRLF
    return Message("plain", ident, _head(ident, sender, recipients, b"plain",
                                         [b"Content-Type: text/plain; charset=us-ascii"]) + body)


def multipart(sender, recipients):
    ident = _ident("multipart")
    attachment = base64.encodebytes(random.Random(ident).randbytes(20_000)).replace(b"\n", CRLF)
    boundary = b"=_" + ident[10:26].encode()
    body = CRLF.join([
        b"This is a multi-part message in MIME format.", b"--" + boundary,
        b"Content-Type: text/plain; charset=us-ascii", b"", b"See the attachment.", b"--" + boundary,
        b"Content-Type: application/octet-stream; name=data.bin", b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; filename=data.bin", b"", attachment + b"--" + boundary + b"--", b""])
    head = _head(ident, sender, recipients, b"multipart with attachment",
                 [b"Content-Type: multipart/mixed; boundary=\"" + boundary + b"\""])
    return Message("multipart", ident, head + body)


def eight_bit(sender, recipients):
    ident = _ident("8-bit")
    body = "Grüße aus Köln: 8-bit bytes, wie sie sind.".encode("latin-1") + CRLF + bytes(range(0xA0, 0x100)) + CRLF
    head = _head(ident, sender, recipients, b"8-bit",
                 [b"Content-Type: text/plain; charset=iso-8859-1", b"Content-Transfer-Encoding: 8bit"])
    return Message("8-bit", ident, head + body, ["BODY=8BITMIME"])


def utf8_headers(sender, recipients):
    ident = _ident("utf-8")
    head = _head(ident, sender, recipients, "Zażółć gęślą jaźń – こんにちは".encode(),
                 [b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit"])
    return Message("UTF-8 headers", ident, head + "Σὲ γνωρίζω ἀπὸ τὴν κόψη\r\n".encode(), ["BODY=8BITMIME", "SMTPUTF8"])


def large(sender, recipients, size=5 * 1024 * 1024):
    ident = _ident("large")
    encoded = base64.encodebytes(random.Random(ident).randbytes(size * 3 // 4)).replace(b"\n", CRLF)
    head = _head(ident, sender, recipients, b"5 MiB",
                 [b"Content-Type: application/octet-stream", b"Content-Transfer-Encoding: base64"])
    return Message("5 MiB", ident, head + encoded[:size - size % 78])


def all_kinds(sender, recipients):
    return [make(sender, recipients) for make in (plain, multipart, eight_bit, utf8_headers, large)]


def difference(sent, received):
    """Empty when `received` is `sent` with nothing but trace header fields above it; else what is wrong."""
    if not received.endswith(sent):
        tail = received[-len(sent):]
        at = next((i for i, (a, b) in enumerate(zip(tail, sent)) if a != b), min(len(tail), len(sent)))
        return (f"{len(received)} bytes do not end with the {len(sent)} that were sent; compared from the end they "
                f"differ first at byte {at}: {tail[at:at + 40]!r} in place of {sent[at:at + 40]!r}")
    above = received[:len(received) - len(sent)]
    if above and not above.endswith(CRLF):
        return f"the trace header does not end with CRLF: {above[-40:]!r}"
    for line in above.split(CRLF)[:-1]:
        name = line.split(b":", 1)[0].strip().lower()
        if line[:1] not in (b" ", b"\t") and name not in TRACE_FIELDS:
            return f"not a trace header field above the message: {line[:80]!r}"
    return ""
