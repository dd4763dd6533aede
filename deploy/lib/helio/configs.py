"""The daemons' TOML files for a site on one host. Keys are explained in the samples of deploy/config.

Everything between the tiers is mutual TLS; the admin ports speak HTTP on loopback.
"""

from helio.directory import BASE_DN, SERVICE_DN, SERVICE_PASSWORD

HOST = "127.0.0.1"


def text_of(name, site):
    """The configuration of the daemon instance `name`."""
    kind = "store" if name.startswith("store-") else name
    return f"# {name}: written by the quick start at each run; change the generator, not this file.\n" + \
        {"store": store, "mmp": mmp, "mta-inbound": mta_inbound, "mta-outbound": mta_outbound}[kind](name, site)


def common(name, site):
    return f"""
[log]
level = "info"

[admin]
listen = "{site.endpoint(name + ".admin")}"

[runtime]
drain = "2s"
"""


def ldap(site):
    return f"""
[ldap]
urls = ["{site.directory.url}"]
bind_dn = "{SERVICE_DN}"
bind_password = "{SERVICE_PASSWORD}"
base_dn = "{BASE_DN}"
default_domain = "example.test"
"""


def tls(section, name, site, ca=True, peer_check=None):
    """`ca`: the site CA proves the peer; else [tls] of a listener that asks users for no certificate."""
    certificate, key = site.certificate(name)
    text = f"""
[{section}]
certificate = "{certificate}"
key = "{key}"
"""
    if ca:
        text += f'ca = "{site.ca_file}"\n'
    if peer_check:
        text += f'peer_check = "{peer_check}"\n'
    return text


def mailhosts(site):
    """The file that all front ends share: from the bare mailHost of the directory to a store's endpoints."""
    return "".join(f"""
[mailhosts."{host}"]
lmtp = "{site.endpoint(store + ".lmtp")}"
imap = "{site.endpoint(store + ".imap")}"
pop3 = "{site.endpoint(store + ".pop3")}"
grpc = "{site.endpoint(store + ".grpc")}"
tls_name = "{host}"
""" for store, host in site.stores.items())


def mmp(name, site):
    return common(name, site) + f"""
[listeners.imap]
listen = "{site.endpoint("mmp.imap")}"
tls = "starttls"

[listeners.imaps]
listen = "{site.endpoint("mmp.imaps")}"
tls = "implicit"

[listeners.pop3]
listen = "{site.endpoint("mmp.pop3")}"
tls = "starttls"

[listeners.pop3s]
listen = "{site.endpoint("mmp.pop3s")}"
tls = "implicit"

[limits]
sessions_per_address = 20000
sessions_per_user = 1000
""" + tls("tls", name, site, ca=False) + tls("site_tls", name, site) + ldap(site) + routing(site)


def store(name, site):
    return common(name, site) + f"""
[store]
hostname = "{site.stores[name]}"

[storage]
folder = "{site.data_folder(name)}"

[listeners.lmtp]
listen = "{site.endpoint(name + ".lmtp")}"
tls = "implicit"

[listeners.imap]
listen = "{site.endpoint(name + ".imap")}"
tls = "starttls"

[listeners.pop3]
listen = "{site.endpoint(name + ".pop3")}"
tls = "starttls"

[lmtp]
clients = ["mta-inbound", "mta-outbound"]

[imap]
proxies = ["mmp"]

[pop3]
proxies = ["mmp"]

[grpc]
listen = "{site.endpoint(name + ".grpc")}"
tls = "required"
certificate = "{site.certificate(name)[0]}"
key = "{site.certificate(name)[1]}"
ca = "{site.ca_file}"
trusted = ["mem", "admin"]

[limits]
sessions_per_address = 20000
""" + tls("tls", name, site, peer_check="request") + tls("site_tls", name, site) + ldap(site)


def mta(name, site, listeners):
    text = common(name, site)
    for listener, tls_mode in listeners.items():
        text += f"""
[listeners.{listener}]
listen = "{site.endpoint(name + "." + listener)}"
tls = "{tls_mode}"
"""
    text += f"""
[smtp]
hostname = "{name}.example.test"
postmaster = "alice@example.test"

[queue]
folder = "{site.data_folder(name)}"

[limits]
sessions_per_address = 20000

[stores]
tls = "implicit"
"""
    if site.outside:
        text += f"""
[dns]
forwarders = ["{site.outside["dns"]}"]

[remote]
port = {site.outside["smtp_port"]}
"""
    return text + tls("tls", name, site, ca=False) + tls("site_tls", name, site) + ldap(site) + routing(site)


def mta_inbound(name, site):
    return mta(name, site, {"smtp": "starttls"})


def mta_outbound(name, site):
    return mta(name, site, {"submission": "starttls", "submissions": "implicit"})


def routing(site):
    return f"""
[routing]
file = "{site.mailhosts_file}"
"""
