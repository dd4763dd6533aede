"""The mail that the quick start sends through the site, and the proof that it arrived as it was sent."""

import time

from helio import clients, messages
from helio.process import SiteError
from helio.site import USERS

STRANGER = "friend@elsewhere.test"
BY_NAME = {user.name: user for user in USERS}


def await_message(read, seconds=30):
    """Calls `read` until it finds a message: a relay that queued it may need a moment."""
    deadline = time.monotonic() + seconds
    while True:
        found = read()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def verify(where, user, message, found):
    if len(found) != 1:
        raise SiteError(f"{where}: {user.address} has {len(found)} copies of the {message.kind} message, not one")
    wrong = messages.difference(message.content, found[0])
    if wrong:
        raise SiteError(f"{where}: the {message.kind} message of {user.address} changed on its way: {wrong}")


class MailCheck:
    """Each step is a method that raises SiteError when something is not as it must be, else says what it saw."""

    def __init__(self, endpoints):
        self._at = endpoints
        self._sent = []  # (user, message)

    def inbound(self):
        """Mail of a stranger by SMTP to users on both stores and of the hosted domain."""
        for user in (BY_NAME["alice"], BY_NAME["carol"], BY_NAME["erin"]):
            for message in messages.all_kinds(STRANGER, [user.address]):
                clients.send(self._at["smtp_inbound"][0], STRANGER, [user.address], message)
                self._sent.append((user, message))
        return "5 kinds of message to alice (store-a), carol (store-b) and erin@hosted.test"

    def submission(self):
        """Authenticated submission to several users on both stores at once."""
        sender = BY_NAME["alice"]
        recipients = [BY_NAME[name] for name in ("bob", "carol", "dave", "erin")]
        addresses = [user.address for user in recipients]
        for implicit, service in ((False, "submission"), (True, "submissions")):
            for make in (messages.plain, messages.multipart):
                message = make(sender.address, addresses)
                clients.submit(self._at[service][0], self._at["ca_file"], sender, addresses, message, implicit)
                self._sent += [(user, message) for user in recipients]
        return "alice to bob, carol, dave and erin at once, by STARTTLS and by implicit TLS"

    def imap(self):
        for user, message in self._sent:
            found = await_message(lambda: clients.imap_read(self._at["imaps"][0], self._at["ca_file"], user,
                                                            message.ident))
            verify("IMAPS", user, message, found)
        return f"{len(self._sent)} messages of {len({user.name for user, _ in self._sent})} users, byte by byte"

    def pop(self):
        for user, message in self._sent:
            verify("POP3S", user, message,
                   clients.pop_read(self._at["pop3s"][0], self._at["ca_file"], user, message.ident))
        return f"the same {len(self._sent)} messages, byte by byte"

    def stranger_refused(self):
        """No relay for strangers."""
        message = messages.plain(STRANGER, ["somebody@elsewhere.test"])
        try:
            clients.send(self._at["smtp_inbound"][0], STRANGER, ["somebody@elsewhere.test"], message)
        except clients.smtplib.SMTPRecipientsRefused as refusal:
            code = next(iter(refusal.recipients.values()))[0]
            if 500 <= code < 600:
                return f"relaying for a stranger is refused with {code}"
            raise SiteError(f"relaying for a stranger got {code}, not a permanent refusal") from refusal
        raise SiteError("the inbound relay took mail of a stranger for a stranger")

    def kept(self, remembered):
        """Messages that an earlier run left: [{"user", "ident"}]."""
        for entry in remembered:
            user = BY_NAME[entry["user"]]
            if len(clients.imap_read(self._at["imaps"][0], self._at["ca_file"], user, entry["ident"])) != 1:
                raise SiteError(f"the message <{entry['ident']}> that {user.address} had in the last run is gone")
        return f"{len(remembered)} messages of the last run are still there"

    def to_remember(self):
        """A message of each user, for kept() of the next run."""
        last = {user.name: message.ident for user, message in self._sent}
        return [{"user": name, "ident": ident} for name, ident in last.items()]
