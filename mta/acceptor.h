// Acceptor: what smtpd hands a whole message to: the seam between a session and what becomes of its message.
#pragma once

#include <memory>
#include <string>

#include "common/base/task.h"
#include "mta/message.h"

namespace helio::mta {

class Acceptor {
public:
    virtual ~Acceptor() = default;
    /// Takes responsibility for every recipient, or for none. 250 only when each is delivered, durably queued, or its
    /// refusal is durably on its way back to the sender; 4xx: nothing was kept; 5xx: all were refused alike.
    virtual Task<smtp::Reply> accept(std::shared_ptr<const Message> message) = 0;
    /// Empty, or why no message can be taken now ("the file system is full"); any thread.
    virtual std::string not_ready() const = 0;
};

}  // namespace helio::mta
