#include "common/mail/thread.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace helio::mail {

namespace {

void append_number(std::string& out, std::uint32_t number) {
    std::array<char, 12> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), end.ptr);
}

}  // namespace

// thread-list = "(" (thread-members / thread-nested) ")"
// thread-members = nz-number *(SP nz-number) [SP thread-nested]; thread-nested = 2*thread-list
// Without recursion: a thread can be as deep as the mailbox is large.
void ThreadForest::print(std::string& out, std::uint32_t top) const {
    struct Frame {
        std::uint32_t node;
        std::size_t next;
    };
    std::vector<Frame> open;
    const auto enter = [&](std::uint32_t at) {
        out += '(';
        bool first = true;
        for (;; at = nodes[at].children.front()) {
            const Node& node = nodes[at];
            if (node.number != 0) {
                if (!first) out += ' ';
                append_number(out, node.number);
                first = false;
            }
            if (node.children.size() == 1) continue;
            if (node.children.empty()) {
                out += ')';
                return;
            }
            if (!first) out += ' ';
            open.push_back({at, 0});
            return;
        }
    };
    enter(top);
    while (!open.empty()) {
        Frame& frame = open.back();
        const auto& children = nodes[frame.node].children;
        if (frame.next == children.size()) {
            out += ')';
            open.pop_back();
        } else {
            enter(children[frame.next++]);
        }
    }
}

std::uint32_t ThreadBuilder::new_box() {
    boxes_.emplace_back();
    bytes_ += sizeof(Box) + sizeof(ThreadForest::Node) + 16;
    return static_cast<std::uint32_t>(boxes_.size() - 1);
}

std::uint32_t ThreadBuilder::box_of(const std::string& id) {
    const auto [place, added] = ids_.try_emplace(id, 0);
    if (!added) return place->second;
    bytes_ += id.size() + 80;
    place->second = new_box();
    return place->second;
}

std::uint32_t ThreadBuilder::subject_of(std::string_view subject) {
    if (subject.empty()) return 0;
    const auto [place, added] =
        subjects_.try_emplace(std::string(subject), static_cast<std::uint32_t>(subjects_.size() + 1));
    if (added) bytes_ += subject.size() + 80;
    return place->second;
}

// No loop may come about: `child` must not be among the ancestors of `parent`.
bool ThreadBuilder::can_link(std::uint32_t parent, std::uint32_t child) const {
    unsigned steps = 0;
    for (std::uint32_t at = parent; at != none; at = boxes_[at].parent) {
        if (at == child || ++steps > depth_most) return false;
    }
    return true;
}

// RFC 5256 §3, REFERENCES step 1, for one message.
void ThreadBuilder::add(const ThreadMessage& message) {
    std::uint32_t self = none;
    std::uint32_t last = none;
    if (algorithm_ != ThreadAlgorithm::ordered_subject) {
        for (const auto& id : message.ancestors) {
            const std::uint32_t box = box_of(id);
            if (last != none && boxes_[box].parent == none && can_link(last, box)) boxes_[box].parent = last;
            last = box;
        }
        if (!message.message_id.empty()) self = box_of(std::string(message.message_id));
        // Of several messages with one id only the first has it.
        if (self != none && boxes_[self].number != 0) self = none;
    }
    if (self == none) self = new_box();
    boxes_[self].number = message.number;
    boxes_[self].date = message.date;
    boxes_[self].arrived = message.arrived;
    boxes_[self].is_reply_or_forward = message.is_reply_or_forward;
    if (algorithm_ != ThreadAlgorithm::refs) boxes_[self].subject = subject_of(message.subject);
    if (last == boxes_[self].parent) return;
    // 1.B: the parent that others told is likely from a cut References line: this message's own word counts, even where
    // it names no parent.
    boxes_[self].parent = none;
    if (last != none && can_link(last, self)) boxes_[self].parent = last;
}

// Steps 2 and 3: nodes of messages only, each below its nearest ancestor that is a message. One without such an
// ancestor is at the top, or below a dummy when several hang together there only by ids that nobody has.
void ThreadBuilder::prune() {
    const auto count = static_cast<std::uint32_t>(boxes_.size());
    constexpr std::uint32_t unknown = none - 1;
    std::vector<std::uint32_t> place(count, unknown);  // of a message: its node; of a dummy: the node that it leads to
    std::vector<std::uint32_t> origin(count, none);    // of a dummy without a message above: the topmost one
    std::vector<std::uint32_t> chain;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (boxes_[i].number == 0) continue;
        place[i] = static_cast<std::uint32_t>(forest_.nodes.size());
        forest_.nodes.push_back({boxes_[i].number, {}});
        box_at_.push_back(i);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        if (place[i] != unknown) continue;
        std::uint32_t at = i;
        chain.clear();
        for (; at != none && place[at] == unknown; at = boxes_[at].parent) chain.push_back(at);
        const std::uint32_t node = at == none ? 0 : place[at];
        const std::uint32_t first = at == none ? chain.back() : (node == 0 ? origin[at] : none);
        for (const std::uint32_t box : chain) {
            place[box] = node;
            origin[box] = first;
        }
    }
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> orphans;  // topmost dummy -> nodes
    for (std::uint32_t node = 1; node < box_at_.size(); ++node) {
        const std::uint32_t parent = boxes_[box_at_[node]].parent;
        if (parent == none) {
            forest_.nodes[0].children.push_back(node);
        } else if (place[parent] != 0) {
            forest_.nodes[place[parent]].children.push_back(node);
        } else {
            orphans[origin[parent]].push_back(node);
        }
    }
    for (auto& [dummy, nodes] : orphans) {
        if (nodes.size() == 1) {
            forest_.nodes[0].children.push_back(nodes.front());
            continue;
        }
        forest_.nodes[0].children.push_back(static_cast<std::uint32_t>(forest_.nodes.size()));
        forest_.nodes.push_back({0, std::move(nodes)});
        box_at_.push_back(none);
    }
}

/// The box that speaks for a node: its own, or for a dummy its first child's. Children of dummies must be sorted.
std::uint32_t ThreadBuilder::speaker(std::uint32_t node) const {
    if (box_at_[node] != none) return box_at_[node];
    return box_at_[forest_.nodes[node].children.front()];
}

// Step 5.
void ThreadBuilder::gather_subjects() {
    table_.assign(subjects_.size() + 1, none);
    auto& tops = forest_.nodes[0].children;
    for (const std::uint32_t node : tops) {
        const Box& box = boxes_[speaker(node)];
        if (box.subject == 0) continue;
        std::uint32_t& entry = table_[box.subject];
        const bool is_dummy = box_at_[node] == none;
        const bool replaces = entry != none && box_at_[entry] != none &&
                              (is_dummy || (boxes_[box_at_[entry]].is_reply_or_forward && !box.is_reply_or_forward));
        if (entry == none || replaces) entry = node;
    }
    // join() adds dummies at the end: they are in the table and need no look.
    for (std::size_t i = 0, count = tops.size(); i < count; ++i) {
        const std::uint32_t node = forest_.nodes[0].children[i];
        if (gone_.size() > node && gone_[node]) continue;
        const std::uint32_t subject = boxes_[speaker(node)].subject;
        if (subject != 0 && table_[subject] != node) join(table_[subject], node);
    }
    std::erase_if(forest_.nodes[0].children, [this](std::uint32_t node) { return gone_.size() > node && gone_[node]; });
}

// Step 5.C.iv. `entry` and `current` are tops with the same subject.
void ThreadBuilder::join(std::uint32_t entry, std::uint32_t current) {
    auto& nodes = forest_.nodes;
    const std::uint32_t subject = boxes_[speaker(current)].subject;
    gone_.resize(nodes.size() + 1, false);
    if (box_at_[entry] == none) {
        auto& siblings = nodes[entry].children;
        if (box_at_[current] == none) {
            siblings.insert(siblings.end(), nodes[current].children.begin(), nodes[current].children.end());
            nodes[current].children.clear();
        } else {
            siblings.push_back(current);
        }
    } else if (box_at_[current] != none && boxes_[box_at_[current]].is_reply_or_forward &&
               !boxes_[box_at_[entry]].is_reply_or_forward) {
        nodes[entry].children.push_back(current);
    } else {
        gone_[entry] = true;
        table_[subject] = static_cast<std::uint32_t>(nodes.size());
        nodes[0].children.push_back(table_[subject]);
        nodes.push_back({0, {entry, current}});
        box_at_.push_back(none);
    }
    gone_[current] = true;
}

// ORDEREDSUBJECT: by subject and date; the first of a subject is the parent of the others.
void ThreadBuilder::order_by_subject() {
    for (std::uint32_t i = 0; i < boxes_.size(); ++i) {
        forest_.nodes.push_back({boxes_[i].number, {}});
        box_at_.push_back(i);
    }
    std::vector<std::uint32_t> order(boxes_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
        const Box& x = boxes_[a];
        const Box& y = boxes_[b];
        if (x.subject != y.subject) return x.subject < y.subject;
        return x.date != y.date ? x.date < y.date : x.number < y.number;
    });
    std::uint32_t head = none;
    for (const std::uint32_t box : order) {
        if (head != none && boxes_[head].subject == boxes_[box].subject) {
            forest_.nodes[head + 1].children.push_back(box + 1);
        } else {
            head = box;
            forest_.nodes[0].children.push_back(box + 1);
        }
    }
}

// Steps 4 and 6: siblings by date, then by number. Dummies stand at the top only, so their children come first.
void ThreadBuilder::sort_all() {
    const auto by_date = [this](std::uint32_t a, std::uint32_t b) {
        const Box& x = boxes_[speaker(a)];
        const Box& y = boxes_[speaker(b)];
        return x.date != y.date ? x.date < y.date : x.number < y.number;
    };
    for (auto node = forest_.nodes.rbegin(); node != forest_.nodes.rend(); ++node) {
        std::sort(node->children.begin(), node->children.end(), by_date);
    }
}

// REFS: threads are in the order of their newest arrival; within a thread the sent dates count, as for REFERENCES.
std::int64_t ThreadBuilder::newest(std::uint32_t top) const {
    std::int64_t date = INT64_MIN;
    std::vector<std::uint32_t> left = {top};
    while (!left.empty()) {
        const std::uint32_t node = left.back();
        left.pop_back();
        if (box_at_[node] != none) date = std::max(date, boxes_[box_at_[node]].arrived);
        left.insert(left.end(), forest_.nodes[node].children.begin(), forest_.nodes[node].children.end());
    }
    return date;
}

ThreadForest ThreadBuilder::finish() {
    box_at_ = {none};
    if (algorithm_ == ThreadAlgorithm::ordered_subject) {
        order_by_subject();
        sort_all();
        return std::move(forest_);
    }
    prune();
    sort_all();
    if (algorithm_ == ThreadAlgorithm::references) {
        gather_subjects();
        sort_all();
        return std::move(forest_);
    }
    struct Top {
        std::int64_t date;
        std::uint32_t number;
        std::uint32_t node;
    };
    std::vector<Top> tops;
    for (const std::uint32_t node : forest_.nodes[0].children) {
        tops.push_back({newest(node), boxes_[speaker(node)].number, node});
    }
    std::sort(tops.begin(), tops.end(),
              [](const Top& a, const Top& b) { return a.date != b.date ? a.date < b.date : a.number < b.number; });
    for (std::size_t i = 0; i < tops.size(); ++i) forest_.nodes[0].children[i] = tops[i].node;
    return std::move(forest_);
}

}  // namespace helio::mail
