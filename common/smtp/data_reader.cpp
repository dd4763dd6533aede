#include "common/smtp/data_reader.h"

#include <algorithm>
#include <cstring>

namespace helio::smtp {

// One byte at a place where the framing may change. `dot` and `dot_cr` hold bytes back until it is known that they are
// text and not the end.
void DataReader::step(char c, std::string& into) {
    switch (state_) {
        case State::line_start:
            if (c == '.') {
                state_ = State::dot;
                return;
            }
            break;
        case State::dot:  // the dot is stuffing unless CRLF follows
            if (c == '\r') {
                state_ = State::dot_cr;
                return;
            }
            break;
        case State::dot_cr:
            if (c == '\n') {
                state_ = State::complete;
                return;
            }
            cleaner_.feed("\r", into);
            state_ = State::cr;
            break;
        case State::cr:
            if (c == '\n') {
                cleaner_.feed("\n", into);
                state_ = State::line_start;
                return;
            }
            break;
        case State::in_line:
        case State::complete:
            break;
    }
    cleaner_.feed(std::string_view(&c, 1), into);
    state_ = c == '\r' ? State::cr : State::in_line;
}

DataReader::Progress DataReader::feed(std::string_view bytes, std::string& into) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ != State::complete) {
        if (state_ == State::in_line) {  // nothing but a CR matters: take all before it at once
            const void* cr = std::memchr(bytes.data() + at, '\r', bytes.size() - at);
            const auto stop =
                cr == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const char*>(cr) - bytes.data());
            cleaner_.feed(bytes.substr(at, stop - at), into);
            at = stop;
            if (at == bytes.size()) break;
        }
        step(bytes[at], into);
        ++at;
    }
    return {at, complete()};
}

}  // namespace helio::smtp
