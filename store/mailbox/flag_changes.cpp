#include "store/mailbox/flag_changes.h"

#include <algorithm>

#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/seen_rows.h"

namespace helio::store {
namespace {

constexpr Flags every_flag = {0x1f};

/// `now` as asked; only the flags in `allowed` change.
Flags combined(Flags now, FlagAction action, Flags asked, Flags allowed) {
    asked = {static_cast<std::uint8_t>(asked.bits & allowed.bits)};
    switch (action) {
        case FlagAction::add:
            return {static_cast<std::uint8_t>(now.bits | asked.bits)};
        case FlagAction::remove:
            return {static_cast<std::uint8_t>(now.bits & ~static_cast<unsigned>(asked.bits))};
        case FlagAction::replace:
            return {static_cast<std::uint8_t>(asked.bits | (now.bits & ~static_cast<unsigned>(allowed.bits)))};
    }
    return now;
}

KeywordBits combined(const KeywordBits& now, FlagAction action, const KeywordBits& asked) {
    switch (action) {
        case FlagAction::add:
            return now | asked;
        case FlagAction::remove:
            return now & ~asked;
        case FlagAction::replace:
            return asked;
    }
    return now;
}

/// Adds the message to the group with these flags; the newest group first, since neighbours mostly agree.
void add_to_group(std::vector<records::FlagsChanged::Group>& groups, Uid uid, Flags flags,
                  const KeywordBits& keywords) {
    const auto same = [&](const auto& group) { return group.flags == flags && group.keywords == keywords; };
    const auto found = std::find_if(groups.rbegin(), groups.rend(), same);
    if (found != groups.rend()) {
        found->uids.add(uid);
    } else {
        groups.push_back({UidSet::of(uid), flags, keywords});
    }
}

}  // namespace

Result<> StoreFlagsChange::plan(storage::Decision& decision) {
    const auto& index = decision.index();
    const auto exists = need(decision, request_.mailbox, {});
    if (!exists) return exists;
    const auto mine = rights(decision, request_.mailbox);
    const auto allowed = allowed_flags(every_flag, mine);
    // Flags that the user may not change stay as they are; when he may change none, he is told (RFC 4314 §4).
    const bool words = mine.has(Right::write);
    const bool any = (request_.flags.flags.bits & allowed.bits) != 0 || (words && !request_.flags.keywords.empty());
    const bool replaces = request_.action == FlagAction::replace && allowed.bits != 0;
    if (allowed.bits == 0 || (!any && !replaces && !request_.flags.empty())) {
        return fail(mine.has(Right::lookup) ? errc::no_permission : errc::no_such_mailbox);
    }
    bool grown = false;
    const auto make = request_.action == FlagAction::remove ? NewKeywords::none : NewKeywords::all;
    const auto names = words ? request_.flags.keywords : std::vector<std::string>();
    const auto keywords = keyword_bits(decision, request_.mailbox, names, make, grown);
    if (!keywords) return fail(keywords.error());
    records::FlagsChanged record{request_.mailbox, next_modseq(index, request_.mailbox.owner()), {}};
    SeenOverlay overlay(index, request_.mailbox, reader(request_.mailbox));
    UidSet seen;
    UidSet unseen;
    for (auto& message : read_messages(index, request_.mailbox, uids_, SIZE_MAX)) {
        const auto stored = message.flags;
        overlay.show(message);
        const bool is_newer = request_.known && message.modseq > *request_.known;
        if (request_.unchanged_since && message.modseq > *request_.unchanged_since) {
            result_.modified.add(message.uid);
            continue;
        }
        auto flags = combined(message.flags, request_.action, request_.flags.flags, allowed);
        const auto bits = words ? combined(message.keywords, request_.action, *keywords) : message.keywords;
        if (flags == message.flags && bits == message.keywords) continue;
        result_.changed.add(message.uid);
        if (is_newer) result_.newer.push_back({message.uid, message.modseq});
        if (overlay.is_on()) {
            if (flags.has(Flag::seen) != message.flags.has(Flag::seen)) {
                (flags.has(Flag::seen) ? seen : unseen).add(message.uid);
            }
            flags = stored.has(Flag::seen) ? flags.with(Flag::seen) : flags.without(Flag::seen);
            if (flags == stored && bits == message.keywords) continue;
        }
        add_to_group(record.groups, message.uid, flags, bits);
    }
    if (grown) event(request_.mailbox).keywords_changed = true;
    if (result_.changed.empty()) {
        result_.modseq = read_mailbox(index, request_.mailbox).value_or(MailboxRow{}).highest_modseq;
        return {};
    }
    result_.modseq = record.modseq;
    if (!record.groups.empty()) add(decision, record);
    add_seen(decision, request_.mailbox, record.modseq, std::move(seen), std::move(unseen));
    auto& happened = event(request_.mailbox);
    happened.flags_changed = result_.changed;
    happened.modseq = record.modseq;
    return {};
}

}  // namespace helio::store
