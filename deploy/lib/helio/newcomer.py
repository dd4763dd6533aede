"""What the quick start says to somebody new: the endpoints, and a ready-made line for each client."""

import os

MUTTRC = """# mutt -F {path}
set my_user="{address}"
set my_pass="{password}"
set from="{address}"
set realname="{name}"
set use_from=yes
set imap_user=$my_user
set imap_pass=$my_pass
set folder="imaps://localhost:{imaps}/"
set spoolfile="+INBOX"
set record="+Sent"
set postponed="+Drafts"
set smtp_url="smtps://{login}@localhost:{submissions}/"
set smtp_pass=$my_pass
set smtp_authenticators="plain"
set ssl_force_tls=yes
set ssl_ca_certificates_file="{ca}"
set imap_idle=yes
set mail_check=5
"""


def port(endpoints, service):
    return endpoints[service][0]["port"]


def write_client_files(state, endpoints):
    """clients/mutt-NAME for each user."""
    folder = os.path.join(state, "clients")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for user in endpoints["users"]:
        name = user["address"].split("@")[0]
        path = os.path.join(folder, "mutt-" + name)
        with open(path, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(MUTTRC.format(path=path, name=name.capitalize(), address=user["address"], login=user["address"].replace("@", "%40"),
                                     password=user["password"], imaps=port(endpoints, "imaps"),
                                     submissions=port(endpoints, "submissions"), ca=endpoints["ca_file"]))


def print_endpoints(state, endpoints):
    ca = endpoints["ca_file"]
    imaps, pop3s = port(endpoints, "imaps"), port(endpoints, "pop3s")
    smtp, submission, submissions = (port(endpoints, s) for s in ("smtp_inbound", "submission", "submissions"))
    ldap = endpoints["ldap"]
    users = ", ".join(f"{user['address']} ({user['mailhost'].split('.')[0]})" for user in endpoints["users"])
    print(f"""
Ready. Users: {users}; the password is "secret-" and the name.

  tier 1   SMTP from other sites  localhost:{smtp}
           submission             localhost:{submission} (STARTTLS), localhost:{submissions} (TLS)
           IMAP                   localhost:{imaps} (TLS), localhost:{port(endpoints, "imap")} (STARTTLS)
           POP3                   localhost:{pop3s} (TLS), localhost:{port(endpoints, "pop3")} (STLS)
  tier 2   {"; ".join(f"{store['name']}: LMTP {store['lmtp']['port']}, IMAP {store['imap']['port']}, POP3 {store['pop3']['port']}" for store in endpoints["stores"])}
  LDAP     {ldap["url"]}, {ldap["bind_dn"]} / {ldap["bind_password"]}
  admin    {", ".join(f"{name} {at['port']}" for name, at in endpoints["admin"].items())} (/healthz, /readyz, /metrics)

Read alice's mail with curl:
  curl --cacert {ca} --user alice@example.test:secret-alice 'imaps://localhost:{imaps}/INBOX;MAILINDEX=1'
Send carol a message with curl (type it, end with Ctrl-D):
  curl --cacert {ca} --ssl-reqd --user alice@example.test:secret-alice --mail-from alice@example.test \\
       --mail-rcpt carol@example.test --upload-file - smtp://localhost:{submission}
As another site's relay would:
  swaks --server localhost:{smtp} --from friend@elsewhere.test --to carol@example.test
Speak IMAP by hand (a1 LOGIN alice@example.test secret-alice):
  openssl s_client -quiet -crlf -CAfile {ca} -connect localhost:{imaps}
mutt as alice, bob, carol, dave or erin:
  mutt -F {os.path.join(state, "clients", "mutt-alice")}
Thunderbird: import {ca} (Settings, Privacy & Security, Certificates, Authorities), then add an account by hand:
  IMAP localhost {imaps} SSL/TLS, SMTP localhost {submissions} SSL/TLS, normal password, user alice@example.test
What the directory says about alice:
  ldapsearch -x -H {ldap["url"]} -D {ldap["bind_dn"]} -w {ldap["bind_password"]} -b {ldap["base_dn"]} uid=alice
A daemon's counters:
  curl http://127.0.0.1:{endpoints["admin"]["mmp"]["port"]}/metrics

Logs: {os.path.join(os.path.dirname(os.path.dirname(ca)), "log")}   All of this for programs: {os.path.join(state, "endpoints.json")}
Ctrl-C stops everything; the mail stays in {state}.""", flush=True)
