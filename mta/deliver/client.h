// Client: one connection to a store (LMTP) or a mail exchanger (SMTP), from greeting to QUIT, one message after
// another. MAIL and RCPTs go out together where the server has PIPELINING; text by BDAT where it has CHUNKING, else by
// DATA. What a peer or the network does is a Reply: a server's own, or one that we make up for a lost connection. Lives
// on one worker; not thread-safe.
#pragma once

#include <chrono>
#include <expected>
#include <span>
#include <vector>

#include "common/net/wire.h"
#include "common/smtp/capabilities.h"
#include "mta/message.h"

namespace helio::mta {

enum class Dialect { lmtp, smtp };

struct ClientTimeouts {
    std::chrono::milliseconds connect{30'000};
    std::chrono::milliseconds greeting{60'000};
    std::chrono::milliseconds command{120'000};
    std::chrono::milliseconds text{180'000};         ///< between two pieces of text
    std::chrono::milliseconds end_of_data{600'000};  ///< RFC 5321 §4.5.3.2.6
};

class Client {
public:
    using Step = std::expected<void, smtp::Reply>;

    /// `host` names the peer in replies and logs; `hostname` is ours.
    Client(net::Wire wire, Dialect dialect, std::string host, std::string hostname, ClientTimeouts timeouts);

    /// Reads the greeting and says LHLO or EHLO (HELO when a server knows no EHLO).
    Task<Step> greet(net::SteadyTime until);
    /// STARTTLS and EHLO again. On an error the connection is of no use any more.
    Task<Step> start_tls(std::shared_ptr<const net::TlsContext> context, std::string name, net::SteadyTime until);
    /// Offers the message to its recipients `which`; outcomes[i] tells of which[i], also when the connection is lost:
    /// deferred then, unless the server had answered for that recipient. usable() tells what the connection is worth.
    Task<std::vector<Outcome>> deliver(const Message& message, std::span<const std::size_t> which,
                                       net::SteadyTime until);
    /// Says QUIT without waiting for the answer.
    void quit();
    /// Ends what is under way with a lost connection; same worker only.
    void interrupt() { wire_.interrupt(); }

    bool usable() const { return usable_; }
    bool is_tls() const { return wire_.is_tls(); }
    bool answered() const { return wire_.bytes_in() > bytes_in_before_; }  ///< anything came since deliver() began
    unsigned messages() const { return messages_; }
    const smtp::Capabilities& capabilities() const { return capabilities_; }
    const std::string& host() const { return host_; }

private:
    struct Job;
    Task<std::expected<smtp::Reply, smtp::Reply>> read_reply(std::chrono::milliseconds limit, net::SteadyTime until);
    Task<std::expected<smtp::Reply, smtp::Reply>> ask(std::string command, net::SteadyTime until);
    Task<Step> say_hello(net::SteadyTime until);
    Task<Step> flush(std::chrono::milliseconds limit, net::SteadyTime until);
    std::unexpected<smtp::Reply> lost(const Error& error);

    std::optional<smtp::Reply> refuse_unfit(const Message& message) const;
    std::string mail_command(const Message& message) const;
    std::string rcpt_command(const Message& message, const Recipient& recipient) const;
    Task<Step> offer(Job& job);
    Task<Step> offer_recipients(Job& job, std::size_t first, std::size_t count, bool sent);
    Task<Step> send_text(Job& job);
    Task<Step> send_pieces(Job& job, bool stuffed);
    Task<Step> read_verdicts(Job& job);
    Task<Step> reset(Job& job);

    net::Wire wire_;
    Dialect dialect_;
    std::string host_;
    std::string hostname_;
    ClientTimeouts timeouts_;
    smtp::Capabilities capabilities_;
    bool usable_ = true;
    unsigned messages_ = 0;
    std::uint64_t bytes_in_before_ = 0;
};

}  // namespace helio::mta
