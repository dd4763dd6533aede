"""A whole site on loopback: CA, slapd, two stores, the proxy and the two relays, all as real processes."""

import os
import subprocess
import threading

from helio import configs
from helio.directory import ADMIN_DN, BASE_DN, Directory
from helio.process import Account, Process, SiteError

HOST = "127.0.0.1"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

STORES = {"store-a": "store-a.example.test", "store-b": "store-b.example.test"}
BINARIES = {"store-a": "store/helio-store", "store-b": "store/helio-store", "mmp": "mmp/helio-mmp",
            "mta-inbound": "mta/helio-mta-inbound", "mta-outbound": "mta/helio-mta-outbound"}
CERTIFICATES = {
    "ldap": ["ldap.example.test", "localhost", HOST],
    "store-a": ["store-a.example.test", "localhost", HOST],
    "store-b": ["store-b.example.test", "localhost", HOST],
    "mmp": ["mmp.example.test", "imap.example.test", "pop.example.test", "localhost", HOST],
    "mta-inbound": ["mta-inbound.example.test", "mx.example.test", "localhost", HOST],
    "mta-outbound": ["mta-outbound.example.test", "smtp.example.test", "localhost", HOST],
    "admin": ["admin.example.test"],
}


class User:
    def __init__(self, address, mailhost):
        self.address = address
        self.name = address.split("@")[0]
        self.password = "secret-" + self.name
        self.mailhost = mailhost


USERS = [User("alice@example.test", STORES["store-a"]), User("bob@example.test", STORES["store-a"]),
         User("carol@example.test", STORES["store-b"]), User("dave@example.test", STORES["store-b"]),
         User("erin@hosted.test", STORES["store-a"])]


class Site:
    """Folders below `folder`: ca, ldap, config, data, log. What is there from an earlier run is kept."""

    def __init__(self, build, folder, ports, account=None, binaries=None, sync_directory=True):
        self.folder = os.path.abspath(folder)
        self.stores = STORES
        self.outside = None  # {"dns": "ADDRESS@PORT", "smtp_port": N}: other sites, in tests
        self.ports = ports
        self.account = account or Account()
        self.ca = os.path.join(self.folder, "ca")
        self.logs = os.path.join(self.folder, "log")
        self.binaries = binaries or {name: os.path.join(build, path) for name, path in BINARIES.items()}
        self.directory = Directory(os.path.join(ROOT, "deploy/ldap"), os.path.join(self.folder, "ldap"),
                                   ports.get("ldap"), self.account, self.ca, self.logs, sync_directory)
        self.daemons = {name: self._daemon(name) for name in BINARIES}
        self.settings = {}  # per daemon: text that replaces or adds configuration (tests)

    # -- before the start

    def prepare(self):
        for name, path in self.binaries.items():
            if not os.access(path, os.X_OK):
                raise SiteError(f"no program {path} for {name}: build it first (ninja -C BUILD, or leave out --build)")
        for part in ("ca", "ldap", "config", "data", "log"):
            os.makedirs(os.path.join(self.folder, part), exist_ok=True)
        self.make_certificates()
        self.directory.prepare()
        with open(self.mailhosts_file, "w", encoding="utf-8") as file:
            file.write(configs.mailhosts(self))
        for name in BINARIES:
            os.makedirs(self.data_folder(name), exist_ok=True)
            self.write_config(name)
        for part in ("ca", "config", "data", "log"):
            self.account.give(os.path.join(self.folder, part))
        if os.geteuid() == 0:
            os.chown(os.path.join(self.ca, "ca.key"), 0, 0)  # the daemons have no business with it
        os.chown(self.folder, *self.account.owner())

    def make_certificates(self):
        for name, alternatives in CERTIFICATES.items():
            tool = os.path.join(ROOT, "deploy/make-ca")
            done = subprocess.run([tool, self.ca, name, *alternatives], capture_output=True, text=True)
            if done.returncode != 0:
                raise SiteError(f"make-ca {name} failed: {done.stderr.strip()}")

    def write_config(self, name):
        text = configs.text_of(name, self)
        for old, new in self.settings.get(name, []):
            if old and old not in text:
                raise SiteError(f"the configuration of {name} has no {old!r}")
            text = text.replace(old, new) if old else text + new
        with open(self.config_path(name), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
        self.account.give(self.config_path(name))

    def config_path(self, name):
        return os.path.join(self.folder, "config", name + ".toml")

    def data_folder(self, name):
        return os.path.join(self.folder, "data", name)

    def certificate(self, name):
        return os.path.join(self.ca, name + ".pem"), os.path.join(self.ca, name + ".key")

    @property
    def mailhosts_file(self):
        return os.path.join(self.folder, "config", "mailhosts.toml")

    @property
    def ca_file(self):
        return os.path.join(self.ca, "ca.pem")

    def port(self, name):
        return self.ports.get(name)

    def endpoint(self, name):
        return f"{HOST}:{self.ports.get(name)}"

    # -- running

    def processes(self):
        return [self.directory.process, *self.daemons.values()]

    def start(self, report=None):
        """Starts all and waits until each is ready; `report(name)` is called for each."""
        self.directory.start()
        self.directory.wait_ready()
        if report:
            report(self.directory.process)
        for daemon in self.daemons.values():
            daemon.start()
        for daemon in self.daemons.values():
            daemon.wait_ready()
            if report:
                report(daemon)

    def stop(self):
        """Stops all that runs: front ends and stores together, the directory last. Exit statuses by name."""
        statuses = {}

        def stop_one(process):
            statuses[process.name] = process.stop()
        threads = [threading.Thread(target=stop_one, args=(daemon,)) for daemon in self.daemons.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stop_one(self.directory.process)
        return statuses

    def restart(self, name):
        """Starts a daemon again after kill() or stop() and waits until it is ready."""
        self.daemons[name].start()
        self.daemons[name].wait_ready()

    def endpoints(self):
        """The contents of endpoints.json."""
        def at(name):
            return {"host": HOST, "port": self.ports.get(name)}
        return {
            "ldap": {"url": self.directory.url, "bind_dn": ADMIN_DN, "bind_password": self.directory.admin_password,
                     "base_dn": BASE_DN},
            "smtp_inbound": [at("mta-inbound.smtp")],
            "submission": [at("mta-outbound.submission")],
            "submissions": [at("mta-outbound.submissions")],
            "imap": [at("mmp.imap")], "imaps": [at("mmp.imaps")],
            "pop3": [at("mmp.pop3")], "pop3s": [at("mmp.pop3s")],
            "stores": [{"name": name, "mailhost": mailhost,
                        **{service: at(f"{name}.{service}") for service in ("imap", "pop3", "lmtp", "grpc")}}
                       for name, mailhost in STORES.items()],
            "admin": {name: at(name + ".admin") for name in BINARIES},
            "ca_file": self.ca_file,
            "users": [{"address": user.address, "password": user.password, "mailhost": user.mailhost}
                      for user in USERS],
            "pids": {process.name: process.pid for process in self.processes() if process.running()},
            "configs": {name: self.config_path(name) for name in BINARIES},
            "binaries": dict(self.binaries),
        }

    def _daemon(self, name):
        return Process(name, [self.binaries[name], "--config", self.config_path(name)],
                       os.path.join(self.logs, name + ".log"), self.account, (HOST, self.ports.get(name + ".admin")))
