// The thread algorithms of IMAP, pure: messages one after the other, then the forest of their threads.
//   ORDEREDSUBJECT  RFC 5256 §3: same base subject; the first of a subject is the parent of all others
//   REFERENCES      RFC 5256 §3: message ids and references, then threads of the same base subject are merged
//   REFS            draft-ietf-morg-inthread: message ids and references alone; threads in the order of their newest
//                   message, by when it arrived; within a thread by sent date
// Memory and time are bounded: note bytes() while adding; an ancestor chain longer than `depth_most` is cut.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace helio::mail {

enum class ThreadAlgorithm { ordered_subject, references, refs };

/// Threads as trees of message numbers. Node 0 is the forest's root and stands for no message.
struct ThreadForest {
    struct Node {
        std::uint32_t number = 0;  ///< 0: no message; only directly below the root
        std::vector<std::uint32_t> children;
    };
    std::vector<Node> nodes = std::vector<Node>(1);
    /// Appends one thread of RFC 5256's thread-list: "(1 (2)(3 4))". `top` is a child of the root.
    void print(std::string& out, std::uint32_t top) const;
};

struct ThreadMessage {
    std::uint32_t number = 0;          ///< what the answer shows; ascending from message to message
    std::int64_t date = 0;             ///< when it was sent: the order of siblings
    std::int64_t arrived = 0;          ///< the internal date: the order of REFS' threads
    std::string_view message_id = {};  ///< normalised (message_id.h); empty: none
    std::vector<std::string> ancestors = {};
    std::string_view subject = {};  ///< base subject as it compares (folded)
    bool is_reply_or_forward = false;
};

class ThreadBuilder {
public:
    static constexpr unsigned depth_most = 5000;

    explicit ThreadBuilder(ThreadAlgorithm algorithm) : algorithm_(algorithm) {}

    void add(const ThreadMessage& message);
    /// About how much memory is in use.
    std::size_t bytes() const { return bytes_; }
    /// The builder can't be used again.
    ThreadForest finish();

private:
    static constexpr std::uint32_t none = 0xffffffff;
    struct Box {  // a message, or an id that only others name
        std::uint32_t parent = none;
        std::uint32_t number = 0;
        std::int64_t date = 0;
        std::int64_t arrived = 0;
        std::uint32_t subject = 0;  // 0: empty
        bool is_reply_or_forward = false;
    };

    std::uint32_t new_box();
    std::uint32_t box_of(const std::string& id);
    std::uint32_t subject_of(std::string_view subject);
    bool can_link(std::uint32_t parent, std::uint32_t child) const;
    void prune();
    void gather_subjects();
    void join(std::uint32_t table_entry, std::uint32_t current);
    void order_by_subject();
    void sort_all();
    std::uint32_t speaker(std::uint32_t node) const;
    std::int64_t newest(std::uint32_t top) const;

    ThreadAlgorithm algorithm_;
    std::vector<Box> boxes_;
    std::unordered_map<std::string, std::uint32_t> ids_;
    std::unordered_map<std::string, std::uint32_t> subjects_;
    std::size_t bytes_ = 0;

    ThreadForest forest_;
    std::vector<std::uint32_t> box_at_;  // node -> its box; `none` for the root and dummies
    std::vector<std::uint32_t> table_;   // gather_subjects(): subject -> node
    std::vector<bool> gone_;             // nodes taken from under the root
};

}  // namespace helio::mail
