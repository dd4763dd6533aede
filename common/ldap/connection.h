// Connection: one libldap session on the directory's thread, with many requests under way at once. run() reads answers
// and wakes who waits for them; a request ends with its answer, at its deadline or with the connection, whichever is
// first. A connection that ended is never used again (libldap would reopen it, unbound, behind our back). Not
// thread-safe: lives on one worker.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/base/event.h"
#include "common/base/result.h"
#include "common/ldap/entry.h"
#include "common/ldap/filter.h"
#include "common/ldap/handle.h"
#include "common/net/worker.h"

struct ldapmsg;

namespace helio::ldap {

using net::SteadyTime;

enum class Scope { base, subtree };

struct SearchRequest {
    std::string base_dn;
    Scope scope = Scope::subtree;
    Filter filter;
    std::span<const Attribute> attributes;
    int most_entries = 10;  ///< more are an error: ambiguous
};

class Connection {
public:
    /// `server`: which of the configured ones it leads to.
    Connection(net::Worker& worker, Handle handle, std::size_t server);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Reads answers until the connection ends. Started once, by its owner.
    Task<> run();
    /// Ends the connection: whatever waits fails with connection_lost, run() returns.
    void close();
    bool alive() const { return alive_; }
    /// No new user is to come in; the connection ends when the last one has left.
    void retire();
    bool retiring() const { return retiring_; }
    std::size_t in_flight() const { return in_flight_; }
    std::size_t server() const { return server_; }
    /// When the server last said anything.
    SteadyTime last_heard() const { return last_heard_; }

    /// Nothing found is an empty list. Errors: timed_out, connection_lost, refused, ambiguous (more entries than
    /// wanted), no_base, malformed (answer too large).
    Task<Result<std::vector<Entry>>> search(SearchRequest request, SteadyTime deadline);
    /// The result code of a simple bind. Nothing else may be under way on this connection. Errors: as above.
    Task<Result<int>> bind(std::string dn, base::Secret password, SteadyTime deadline);

    /// Counts a user in or out; the pool spreads the load by it.
    void enter() { ++in_flight_; }
    void leave();

private:
    struct Waiting {
        base::Event ended;
        std::vector<Entry> entries;
        std::size_t entry_bytes = 0;
        std::size_t most_entries = 0;
        int code = -1;
        bool answered = false;
    };
    Task<Result<void>> wait_for(int message_id, Waiting& waiting, SteadyTime deadline);
    bool read_answers();
    void take(::ldapmsg* message, int type);
    void add_entry(Waiting& waiting, ::ldapmsg* message) const;

    net::Worker& worker_;
    Handle handle_;
    const std::size_t server_;
    int fd_;
    bool alive_ = true;
    bool retiring_ = false;
    std::size_t in_flight_ = 0;
    SteadyTime last_heard_;
    std::map<int, Waiting*> waiting_;
};

}  // namespace helio::ldap
