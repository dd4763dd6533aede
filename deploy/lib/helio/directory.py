"""slapd for one site: own folder, own port, the project's schema and sample tree (deploy/ldap)."""

import os
import shutil
import socket
import subprocess

from helio.process import Process, SiteError

BASE_DN = "o=usergroup"
ADMIN_DN = "cn=admin," + BASE_DN
SERVICE_DN = "cn=heliograph," + BASE_DN
SERVICE_PASSWORD = "secret-heliograph"


class Directory:
    """A slapd process. Its data is kept from run to run; its configuration is written anew each time."""

    def __init__(self, source, folder, port, account, ca_folder, log_folder, sync=True):
        self.folder = folder
        self.port = port
        self.admin_password = "secret-admin"
        self.passwords_readable = False  # by the service account: for SCRAM, CRAM-MD5, APOP
        self._source = source
        self._account = account
        self._ca = ca_folder
        self._sync = sync
        self.process = Process("slapd", self._command(), os.path.join(log_folder, "slapd.log"), account,
                               probe=self._answers)

    @property
    def url(self):
        return f"ldap://127.0.0.1:{self.port}"

    def prepare(self):
        """Writes cn=config, and the sample tree when there is no data yet."""
        config, data = os.path.join(self.folder, "config"), os.path.join(self.folder, "data")
        shutil.rmtree(config, ignore_errors=True)
        os.makedirs(config)
        is_new = not os.path.exists(os.path.join(data, "data.mdb"))
        os.makedirs(data, exist_ok=True)
        path = os.path.join(self.folder, "config.ldif")
        with open(path, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(self._config_text(data))
        self._slapadd("-n0", "-F", config, "-l", path)
        if is_new:
            self._slapadd("-q", "-n1", "-F", config, "-l", os.path.join(self._source, "sample-tree.ldif"))
        self._account.give(self.folder)

    def start(self):
        self.process.start()

    def wait_ready(self):
        self.process.wait_ready()

    def modify(self, ldif):
        """Applies LDIF changes as the administrator."""
        self._run_client("ldapmodify", ldif)

    def move_user(self, dn, mailhost):
        self.modify(f"dn: {dn}\nchangetype: modify\nreplace: mailHost\nmailHost: {mailhost}\n")

    def add(self, ldif):
        self._run_client("ldapadd", ldif)

    def dn_of(self, uid, domain="example.test"):
        return f"uid={uid},ou=People,o={domain},{BASE_DN}"

    def add_users(self, names, mailhost, domain="example.test"):
        """Further users whose password is secret-NAME."""
        entries = []
        for name in names:
            entries.append("\n".join([
                f"dn: {self.dn_of(name, domain)}", "objectClass: inetOrgPerson", "objectClass: inetUser",
                "objectClass: inetLocalMailRecipient", "objectClass: inetMailUser", f"uid: {name}", f"cn: {name}",
                f"sn: {name}", f"mail: {name}@{domain}", f"mailHost: {mailhost}", "mailDeliveryOption: mailbox",
                "inetUserStatus: active", "mailUserStatus: active", f"userPassword: secret-{name}", ""]))
        self.add("\n".join(entries))

    def _command(self):
        return ["/usr/sbin/slapd", "-F", os.path.join(self.folder, "config"), "-h", self.url + "/", "-d", "0"]

    def _config_text(self, data):
        with open(os.path.join(self._source, "slapd-config.ldif.in"), encoding="utf-8") as file:
            text = file.read()
        values = {"RUN_DIR": self.folder, "DB_DIR": data, "SCHEMA_DIR": self._source, "CORE_DIR": "/etc/ldap/schema",
                  "ADMIN_DN": ADMIN_DN, "ADMIN_PASSWORD": self.admin_password, "SERVICE_DN": SERVICE_DN,
                  "TLS_CA_FILE": os.path.join(self._ca, "ca.pem"),
                  "TLS_CERTIFICATE_FILE": os.path.join(self._ca, "ldap.pem"),
                  "TLS_KEY_FILE": os.path.join(self._ca, "ldap.key")}
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        if self.passwords_readable:
            text = text.replace("attrs=userPassword by anonymous auth",
                                f'attrs=userPassword by anonymous auth by dn.exact="{SERVICE_DN}" read')
        if not self._sync:
            text = text.replace("olcDbMaxSize:", "olcDbNoSync: TRUE\nolcDbMaxSize:")
        return text

    def _slapadd(self, *arguments):
        done = subprocess.run(["/usr/sbin/slapadd", *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise SiteError(f"slapadd {' '.join(arguments)} failed:\n{done.stderr.strip()}")

    def _run_client(self, program, ldif):
        done = subprocess.run([program, "-x", "-H", self.url, "-D", ADMIN_DN, "-w", self.admin_password],
                              input=ldif, capture_output=True, text=True)
        if done.returncode != 0:
            raise SiteError(f"{program} failed: {done.stderr.strip()}")

    def _answers(self):
        """True when an anonymous bind (RFC 4511 §4.2) gets its answer: somebody else's listener gives none."""
        bind = bytes.fromhex("300c020101600702010304008000")
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.sendall(bind)
                answer = probe.recv(64)
        except OSError:
            return False
        return answer[:1] == b"0" and b"\x61" in answer
