// ImapBench: the store's IMAP service over a store in memory, with users alice and bob, and clients on memory streams;
// run_transcript() plays a golden transcript (tests/golden/imap) against it.
//   # a comment
//   C: a1 LOGIN alice@example.test secret-alice     what the client sends, with CRLF
//   S: a1 OK [CAPABILITY ...] Logged in             what it must read next; "..." stands for anything
//   S: * OK [UIDVALIDITY {{v}}] ...                  {{v}}: remembers the number that stands there
//   C: a SELECT x (QRESYNC ({{v}} 5))               and what it stands for from then on; not behind "..."
//   C2: / S2:                                       a second connection, opened at its first line
//   S: <end>                                        the server closes
//   C: <tls>, C: <tls mmp.example.test>             opens with TLS, with a client certificate of that name
//   C: <starttls>                                   does the handshake on a connection that is open
//   C: <deflate>                                    compresses from here on
//   C: <drain>                                      the daemon begins to end
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/auth/authenticator.h"
#include "store/imapd/imap_service.h"
#include "tests/support/certificates.h"
#include "tests/support/fake_directory.h"
#include "tests/support/run.h"
#include "tests/support/store_fixture.h"

namespace helio::test {

class ImapBench {
public:
    explicit ImapBench(store::imapd::ImapConfig config = plain_config(), bool offer_starttls = false,
                       storage::SpoolLimits spool = {.folder = std::filesystem::temp_directory_path()});

    /// Logins without TLS are allowed from loopback, where the clients come from.
    static store::imapd::ImapConfig plain_config();

    /// Plays the file; a mismatch fails the test with file and line.
    void run_transcript(const std::string& name);
    /// The same from text.
    void play(const std::string& text, const std::string& name);

    StoreFixture& stores() { return stores_; }
    FakeDirectory& directory() { return directory_; }
    net::Worker& worker() { return bench_.worker(); }

private:
    Task<> converse(std::string text, std::string name);
    Task<> play_lines(std::string text, std::string name);
    net::Wire& client(int number, bool tls = false);
    Task<> client_handshake(int number, std::string certificate_name);
    Task<> serve(net::Connection connection, bool tls);

    Workbench bench_;
    StoreFixture stores_;
    storage::SpoolBudget spool_;
    net::SessionSet sessions_{net::SessionLimits{}};
    FakeDirectory directory_;
    std::unique_ptr<auth::Authenticator> authenticator_;
    std::unique_ptr<store::imapd::ImapService> service_;
    std::map<int, std::unique_ptr<net::Wire>> clients_;
    Certificates certificates_;
    std::shared_ptr<net::TlsSource> tls_;
};

/// True when `line` is `pattern`, where "..." stands for anything.
bool matches_pattern(std::string_view pattern, std::string_view line);

}  // namespace helio::test
