#include "store/mailbox/carry_forward.h"

#include "store/mailbox/index_rows.h"
#include "store/mailbox/seen_rows.h"
#include "store/mailbox/sharing_rows.h"
#include "store/mailbox/uid_rows.h"

namespace helio::store {
namespace {

template <class T>
void add(RecordSink& sink, const T& record) {
    sink.add(static_cast<storage::RecordType>(T::type), record.encode());
}

void add_user_floor(const IndexReader& index, UserId id, RecordSink& sink) {
    const auto row = read_user(index, id);
    if (!row) return;
    add(sink, records::UserFloor{id, row->modseq, row->next_ordinal, row->last_uid_validity, row->folders_made,
                                 row->last_deletion});
}

void add_mailbox_floor(MailboxId id, const MailboxRow& row, RecordSink& sink) {
    add(sink, records::MailboxFloor{id, row.uid_next, row.highest_modseq, row.last_expunge, row.vanished_floor});
}

/// A record of change `modseq` goes that may hold the present value of a counter of the user: unless a floor record of
/// that change or a newer one does, one is written.
void answer_for_user(const IndexReader& index, UserId id, ModSeq modseq, bool holds, RecordSink& sink) {
    const auto row = read_user(index, id);
    if (row && row->floor < modseq && (holds || row->modseq == modseq)) add_user_floor(index, id, sink);
}

/// The same for a mailbox and its user; `next` is the UID behind the record's last, or 0.
void answer_for_mailbox(const IndexReader& index, MailboxId id, ModSeq modseq, Uid next, RecordSink& sink) {
    answer_for_user(index, id.owner(), modseq, false, sink);
    const auto row = read_mailbox(index, id);
    if (!row || row->floor >= modseq) return;
    if (row->highest_modseq == modseq || row->last_expunge == modseq || row->uid_next == next) {
        add_mailbox_floor(id, *row, sink);
    }
}

bool holds_ordinal(const IndexReader& index, MailboxId id) {
    const auto user = read_user(index, id.owner());
    return user && user->next_ordinal == id.ordinal() + 1;
}

}  // namespace

void carry_forward(const IndexReader& index, const records::User& record, bool, RecordSink& sink) {
    if (index.get(keys::owner, keys::of_user(record.id))) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::UserFloor& record, bool, RecordSink& sink) {
    const auto row = read_user(index, record.id);
    if (!row) return;
    if (row->floor <= record.modseq) add_user_floor(index, record.id, sink);
}

void carry_forward(const IndexReader& index, const records::MailboxSet& record, bool, RecordSink& sink) {
    const auto id = record.mailbox.id;
    const auto info = read_info(index, id);
    if (info && info->modseq == record.modseq) {
        add(sink, records::MailboxSet{to_mailbox(id, *info), info->modseq});
        return;
    }
    const auto user = read_user(index, id.owner());
    const bool validity = user && user->last_uid_validity == record.mailbox.uid_validity;
    answer_for_user(index, id.owner(), record.modseq, validity || holds_ordinal(index, id), sink);
}

void carry_forward(const IndexReader& index, const records::MailboxDeleted& record, bool oldest_stays,
                   RecordSink& sink) {
    if (oldest_stays || index.get(keys::dying, keys::of_mailbox(record.id))) {
        add(sink, record);
        return;
    }
    const auto user = read_user(index, record.id.owner());
    const bool last = user && user->last_deletion == record.modseq;
    answer_for_user(index, record.id.owner(), record.modseq, last || holds_ordinal(index, record.id), sink);
}

void carry_forward(const IndexReader&, const records::MailboxPurged& record, bool oldest_stays, RecordSink& sink) {
    if (oldest_stays) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::MailboxFloor& record, bool, RecordSink& sink) {
    const auto row = read_mailbox(index, record.id);
    if (row && row->floor <= record.highest_modseq) {
        add_mailbox_floor(record.id, *row, sink);
    } else {
        answer_for_user(index, record.id.owner(), record.highest_modseq, false, sink);
    }
}

void carry_forward(const IndexReader& index, const records::Messages& record, bool, RecordSink& sink) {
    records::Messages left{record.mailbox, {}};
    for (const auto& message : record.messages) {
        if (auto now = read_message(index, record.mailbox, message.uid)) {
            left.messages.push_back(*std::move(now));
        } else {
            answer_for_mailbox(index, record.mailbox, message.modseq, Uid{message.uid.value + 1}, sink);
        }
    }
    if (!left.messages.empty()) add(sink, left);
}

void carry_forward(const IndexReader& index, const records::FlagsChanged& record, bool, RecordSink& sink) {
    records::FlagsChanged left{record.mailbox, record.modseq, {}};
    for (const auto& group : record.groups) {
        records::FlagsChanged::Group still{{}, group.flags, group.keywords};
        for (const auto& range : group.uids.ranges()) {
            const auto last = range.last.value == UINT32_MAX ? keys::after_messages(record.mailbox)
                                                             : keys::message(record.mailbox, Uid{range.last.value + 1});
            index.scan(keys::mailbox, keys::message(record.mailbox, range.first), last,
                       [&](std::string_view key, std::string_view row) {
                           const auto message = MessageRow::decode(keys::uid_of(key), row);
                           if (message.modseq == record.modseq) still.uids.add(message.uid);
                           return true;
                       });
        }
        if (!still.uids.empty()) left.groups.push_back(std::move(still));
    }
    if (!left.groups.empty()) {
        add(sink, left);
    } else {
        answer_for_mailbox(index, record.mailbox, record.modseq, Uid{0}, sink);
    }
}

/// Those of which there is nothing. A body may have been taken in again (an upload imported twice): then its summary
/// lives.
std::vector<BodyId> still_dropped(const IndexReader& index, std::vector<BodyId> bodies) {
    std::erase_if(bodies, [&](BodyId body) { return index.get(keys::summary, keys::of_body(body)).has_value(); });
    return bodies;
}

void carry_forward(const IndexReader& index, const records::Expunged& record, bool oldest_stays, RecordSink& sink) {
    const auto row = read_mailbox(index, record.mailbox);
    if (!row) {
        // The mailbox itself is gone: an Expunged would bring its counters back in a rebuild.
        if (oldest_stays) add(sink, records::MailboxPurged{record.mailbox, still_dropped(index, record.dropped)});
        answer_for_user(index, record.mailbox.owner(), record.modseq, false, sink);
        return;
    }
    if (oldest_stays || record.modseq > row->vanished_floor) {
        auto left = record;
        left.dropped = still_dropped(index, std::move(left.dropped));
        add(sink, left);
    } else {
        answer_for_mailbox(index, record.mailbox, record.modseq, Uid{0}, sink);
    }
}

void carry_forward(const IndexReader& index, const records::Summary& record, bool, RecordSink& sink) {
    if (index.get(keys::summary, keys::of_body(record.body))) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::Keyword& record, bool, RecordSink& sink) {
    if (index.get(keys::mailbox, keys::keyword(record.mailbox, record.bit))) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::Subscription& record, bool oldest_stays, RecordSink& sink) {
    if (!record.on && oldest_stays) {
        add(sink, record);
        return;
    }
    const auto row = index.get(keys::subscription, keys::of_user(record.user, record.name));
    if (record.on && row && keys::number_of(*row) == record.modseq.value) {
        add(sink, record);
        return;
    }
    answer_for_user(index, record.user, record.modseq, false, sink);
}

void carry_forward(const IndexReader& index, const records::QuotaSet& record, bool oldest_stays, RecordSink& sink) {
    const auto now = read_quota(index, record.root).value_or(QuotaLimits{});
    if (now == record.limits && (oldest_stays || !now.empty())) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::QuotaNotice& record, bool oldest_stays, RecordSink& sink) {
    const auto row = read_user(index, record.user);
    if (!row || row->warned_at != record.warned_at || row->over_since != record.over_since) return;
    if (oldest_stays || record.warned_at != 0 || record.over_since != 0) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::Delivery& record, bool, RecordSink& sink) {
    if (index.get(keys::delivery, keys::of_number(record.number))) add(sink, record);
}

void carry_forward(const IndexReader&, const records::DeliveriesExpired& record, bool oldest_stays, RecordSink& sink) {
    if (oldest_stays) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::Uploaded& record, bool, RecordSink& sink) {
    if (index.get(keys::upload, keys::of_upload(record.user, record.upload.body))) add(sink, record);
}

void carry_forward(const IndexReader&, const records::UploadGone& record, bool oldest_stays, RecordSink& sink) {
    if (oldest_stays) add(sink, record);
}

void carry_forward(const IndexReader& index, const records::AclSet& record, bool, RecordSink& sink) {
    const auto row = read_acl(index, record.mailbox);
    if (row && row->modseq == record.modseq) {
        add(sink, record);
        return;
    }
    answer_for_user(index, record.mailbox.owner(), record.modseq, false, sink);
}

void carry_forward(const IndexReader& index, const records::SharedSeen& record, bool, RecordSink& sink) {
    records::SharedSeen left{record.mailbox, record.user, record.modseq, {}, {}};
    const auto keep = [&](const UidSet& uids, bool seen, UidSet& into) {
        each_uid_part(uids, [&](std::uint32_t part, const UidSet& some) {
            for (const auto& group : read_seen(index, record.mailbox, part, record.user).groups) {
                if (group.modseq == record.modseq && group.seen == seen) into.add(group.uids.intersection(some));
            }
        });
    };
    keep(record.seen, true, left.seen);
    keep(record.unseen, false, left.unseen);
    const auto total = read_seen_total(index, record.mailbox, record.user);
    const bool newest = total && total->modseq == record.modseq;
    if (newest || !left.seen.empty() || !left.unseen.empty()) {
        add(sink, left);
    } else {
        answer_for_user(index, record.mailbox.owner(), record.modseq, false, sink);
    }
}

void carry_forward(const IndexReader& index, const records::Annotation& record, bool oldest_stays, RecordSink& sink) {
    const auto row = index.get(keys::annotation, keys::of_annotation(record.mailbox, record.user, record.name));
    const bool holds = record.value && row && AnnotationRow::decode(*row).modseq == record.modseq;
    if (holds || (!record.value && oldest_stays)) {
        add(sink, record);
        return;
    }
    const auto counter = record.mailbox.value == 0 ? record.user : record.mailbox.owner();
    answer_for_user(index, counter, record.modseq, false, sink);
}

}  // namespace helio::store
