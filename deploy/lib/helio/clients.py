"""Mail clients made of the standard library: what a user of the site would do."""

import imaplib
import poplib
import smtplib
import ssl

imaplib._MAXLINE = 10_000_000
poplib._MAXLINE = 100_000


def tls_context(ca_file):
    return ssl.create_default_context(cafile=ca_file)


def send(endpoint, sender, recipients, message, timeout=60):
    """By SMTP without authentication, as another site's relay does. Raises smtplib's exceptions."""
    with smtplib.SMTP(endpoint["host"], endpoint["port"], local_hostname="relay.elsewhere.test",
                      timeout=timeout) as smtp:
        smtp.ehlo()
        return smtp.sendmail(sender, recipients, message.content, message.options)


def submit(endpoint, ca_file, user, recipients, message, implicit_tls=False, timeout=60):
    """By authenticated submission, STARTTLS or implicit TLS."""
    context = tls_context(ca_file)
    if implicit_tls:
        smtp = smtplib.SMTP_SSL(endpoint["host"], endpoint["port"], local_hostname="pc.example.test",
                                timeout=timeout, context=context)
    else:
        smtp = smtplib.SMTP(endpoint["host"], endpoint["port"], local_hostname="pc.example.test", timeout=timeout)
    with smtp:
        if not implicit_tls:
            smtp.starttls(context=context)
        smtp.login(user.address, user.password)
        return smtp.sendmail(user.address, recipients, message.content, message.options)


def imap_login(endpoint, ca_file, user, timeout=60):
    imap = imaplib.IMAP4_SSL(endpoint["host"], endpoint["port"], ssl_context=tls_context(ca_file), timeout=timeout)
    try:
        imap.login(user.address, user.password)
    except Exception:
        imap.shutdown()
        raise
    return imap


def imap_find(imap, ident, mailbox="INBOX"):
    """The messages in `mailbox` whose Message-ID is `ident`, whole."""
    imap.select(mailbox, readonly=True)
    _, found = imap.uid("SEARCH", "HEADER", "Message-ID", f"<{ident}>")
    bodies = []
    for uid in (found[0] or b"").split():
        _, parts = imap.uid("FETCH", uid, "(BODY.PEEK[])")
        bodies += [part[1] for part in parts if isinstance(part, tuple)]
    return bodies


def imap_read(endpoint, ca_file, user, ident):
    imap = imap_login(endpoint, ca_file, user)
    try:
        return imap_find(imap, ident)
    finally:
        imap.logout()


def pop_read(endpoint, ca_file, user, ident):
    """The same by POP3 over TLS."""
    pop = poplib.POP3_SSL(endpoint["host"], endpoint["port"], timeout=60, context=tls_context(ca_file))
    try:
        pop.user(user.address)
        pop.pass_(user.password)
        count, _ = pop.stat()
        wanted = f"Message-ID: <{ident}>".encode()
        bodies = []
        for number in range(count, 0, -1):
            _, head, _ = pop.top(number, 0)
            if wanted in head:
                _, lines, _ = pop.retr(number)
                bodies.append(b"".join(line + b"\r\n" for line in lines))
        return bodies
    finally:
        pop.quit()


class LmtpOverTls(smtplib.LMTP):
    """LMTP with TLS from the first byte and the certificate of `context`, as a relay of the site speaks it."""

    def __init__(self, endpoint, context, timeout=60):
        self._context = context
        super().__init__(endpoint["host"], endpoint["port"], local_hostname="relay.example.test", timeout=timeout)

    def _get_socket(self, host, port, timeout):
        return self._context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


def direct_imap_login(endpoint, ca_file, user, timeout=60):
    """At a store itself, past the proxy, by STARTTLS."""
    imap = imaplib.IMAP4(endpoint["host"], endpoint["port"], timeout=timeout)
    imap.starttls(ssl_context=tls_context(ca_file))
    imap.login(user.address, user.password)
    return imap
