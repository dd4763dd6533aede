"""The daemons' TOML files for a site on one host. Keys are explained in the samples of deploy/config.

Everything between the tiers is mutual TLS; the admin ports speak HTTP on loopback.
"""

from helio.directory import BASE_DN, SERVICE_DN, SERVICE_PASSWORD

HOST = "127.0.0.1"


def text_of(name, site):
    """The configuration of the daemon instance `name`; also writes the mailhosts file that the front ends share."""
    kind = "store" if name.startswith("store-") else name
    return f"# {name}: written by the quick start at each run; change the generator, not this file.\n" + \
        {"store": store, "mmp": mmp, "mta-inbound": mta_inbound, "mta-outbound": mta_outbound}[kind](name, site)


def common(name, site):
    return f"""
[log]
level = "info"

[admin]
listen = "{site.endpoint(name + ".admin")}"
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


def tls(section, name, site, peer_check=None):
    certificate, key = site.certificate(name)
    check = f'peer_check = "{peer_check}"\n' if peer_check else ""
    return f"""
[{section}]
certificate = "{certificate}"
key = "{key}"
ca = "{site.ca_file}"
{check}"""


def mailhosts(site):
    return "".join(f"""
[mailhosts."{host}"]
lmtp = "{site.endpoint(store + ".lmtp")}"
imap = "{site.endpoint(store + ".imap")}"
pop3 = "{site.endpoint(store + ".pop3")}"
grpc = "{site.endpoint(store + ".grpc")}"
tls_name = "{host}"
""" for store, host in site.stores.items())
