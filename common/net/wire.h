// Wire: one peer connection as protocol code sees it: lines and literals in, gathered bytes out, deadlines.
// Every session owns one. It holds a read buffer only while bytes are in it, so an idle session costs no buffer.
// Never throws for what a peer does. Not thread-safe: lives on its session's worker.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/net/transport.h"

namespace helio::net {

/// How a line may end and what it may hold.
enum class LineRule {
    crlf_or_lf,   ///< CRLF or bare LF end a line (IMAP, POP3 commands: be liberal)
    crlf_strict,  ///< only CRLF; a bare CR, a bare LF or NUL gives bad_line (SMTP, LMTP)
};

class Wire {
public:
    explicit Wire(std::unique_ptr<Transport> transport);

    /// Next line without its end; the view holds until the next read. At most `limit` bytes.
    /// Errors: closed, timed_out, cancelled, line_too_long (what came is dropped up to the end of that line, reading
    /// may go on), bad_line (the line is consumed).
    Task<Result<std::string_view>> read_line(std::size_t limit, SteadyTime deadline,
                                             LineRule rule = LineRule::crlf_or_lf);
    /// Appends exactly `count` bytes to `into`. Errors: closed, timed_out, cancelled.
    Task<Result<>> read_exactly(std::size_t count, std::string& into, SteadyTime deadline);
    /// Whatever comes next, at least one byte, at most `most`; the view holds until the next read.
    /// Errors: closed, timed_out, cancelled. For DATA, relays and framers.
    Task<Result<std::string_view>> read_some(std::size_t most, SteadyTime deadline);
    /// Gives back the last `count` bytes of the view that read_some() gave, to be read again.
    void unread(std::size_t count);
    /// Bytes that are here already (pipelining). Never suspends.
    std::string_view buffered() const;
    /// Drops buffered() and what the kernel or TLS has by now; before STARTTLS (RFC 3207 §4.2, RFC 9051 §6.2.1).
    void discard_buffered();
    /// Forgets buffered() only; for a relay that has taken it.
    void discard_read();
    /// True when buffered() has bytes or a read would not suspend.
    bool has_input();

    /// Queues bytes for the next flush(); nothing is sent yet. Past 64 KiB a caller should flush.
    void queue(std::string_view bytes);
    /// The same, and leaves `bytes` empty but with room; few are not copied.
    void queue_all(std::string& bytes);
    std::size_t queued() const { return out_.size(); }
    /// Sends all that is queued in as few writes (and TLS records) as possible. Errors: closed, timed_out, cancelled.
    Task<Result<>> flush(SteadyTime deadline);
    /// queue() and flush().
    Task<Result<>> write(std::string_view bytes, SteadyTime deadline);

    /// Waits for input without reading it: true when there is some (or the peer closed), false at the deadline or after
    /// interrupt() or wake().
    Task<bool> wait_input(SteadyTime deadline);
    /// Ends a pending wait_input() with false, or the next one; for IDLE: a mailbox changed. Same worker only.
    void wake();

    /// Waits between commands for the next one, without reading it. Errors: timed_out; cancelled after interrupt(), and
    /// once wind_down() was called, also for a wait that is pending: time to say goodbye.
    Task<Result<>> await_command(SteadyTime deadline);
    /// The daemon ends: await_command() fails from now on, all else goes on as before. Same worker only.
    void wind_down();
    bool winding_down() const { return winding_down_; }

    /// All pending and later reads and writes end with `cancelled`; same worker only.
    void interrupt();
    bool interrupted() const { return interrupted_; }

    /// Replaces the plain stream by TLS; the handshake happens here. buffered() must be empty (discard_buffered()).
    Task<Result<>> start_tls_server(std::shared_ptr<const TlsContext> context, SteadyTime deadline);
    Task<Result<>> start_tls_client(std::shared_ptr<const TlsContext> context, std::string name, SteadyTime deadline);

    /// Compresses both directions from now on (RFC 4978); what was buffered is dropped: the peer had to wait.
    void start_deflate();

    Transport& transport() { return *transport_; }
    const Transport& transport() const { return *transport_; }
    bool is_tls() const { return transport_->tls() != nullptr; }
    std::uint64_t bytes_in() const { return bytes_in_; }
    std::uint64_t bytes_out() const { return bytes_out_; }

private:
    Task<Result<>> fill(SteadyTime deadline);
    Result<std::size_t> fill_now();
    Task<Result<>> skip_line(SteadyTime deadline);
    Error stopped(SteadyTime deadline) const;
    void drop_consumed();

    std::unique_ptr<Transport> transport_;
    std::string in_;  // what was read from the transport; [at_, size) is not consumed yet
    std::size_t at_ = 0;
    std::size_t consumed_ = 0;  // bytes of the last view, taken out at the next read
    std::size_t written_ = 0;   // bytes at the front of out_ that the peer has
    std::string out_;
    bool interrupted_ = false;
    bool woken_ = false;
    bool waiting_input_ = false;
    bool winding_down_ = false;
    bool awaiting_command_ = false;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
};

}  // namespace helio::net
