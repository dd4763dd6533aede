// GETMETADATA and SETMETADATA (RFC 5464 §4): annotations of mailboxes and, with the mailbox "", of the server.
#include "store/imapd/commands.h"
#include "store/imapd/metadata_answer.h"
#include "store/imapd/named_mailbox.h"
#include "store/mailbox/annotation_changes.h"

namespace helio::store::imapd {

namespace {

struct Place {
    std::optional<MailboxId> mailbox;  // nothing: the server
    std::string name;
};

std::expected<Place, Reply> place_of(ImapSession& session, const std::string& wire_name) {
    if (wire_name.empty()) return Place{};
    auto mailbox = named_mailbox(session, wire_name);
    if (!mailbox) return std::unexpected(std::move(mailbox.error()));
    return Place{mailbox->id, std::move(mailbox->name)};
}

Reply reply_of_change(const ImapSession& session, const Error& error) {
    if (error.code == make_error_code(errc::too_many)) return Reply::no("METADATA TOOMANY", "Too many annotations");
    if (error.code == make_error_code(errc::too_large)) {
        const auto most = session.store().limits().annotation_bytes;
        return Reply::no("METADATA MAXSIZE " + std::to_string(most), "Annotation too long");
    }
    if (error.code == make_error_code(errc::bad_name)) return Reply::no("USEATTR", "Unknown special use");
    return reply_of(error);
}

}  // namespace

Task<Reply> cmd_get_metadata(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::GetMetadataArguments>(command.arguments);
    const auto place = place_of(session, arguments.mailbox);
    if (!place) co_return place.error();
    const bool deep = arguments.depth != imap::GetMetadataArguments::Depth::none;
    const auto names = metadata_names(arguments.entries, deep);
    if (!names) co_return Reply::bad("Invalid entry name");
    const auto answer = read_metadata(session, place->mailbox, *names, arguments.depth, arguments.max_size);
    if (!answer) co_return reply_of(answer.error());
    if (!answer->values.empty()) imap::print_metadata(session.out(), place->name, answer->values, session.utf8());
    std::string code;
    if (answer->longest_left_out > 0) code = "METADATA LONGENTRIES " + std::to_string(answer->longest_left_out);
    co_return Reply::ok("Getmetadata completed", std::move(code));
}

Task<Reply> cmd_set_metadata(ImapSession& session, const imap::Command& command) {
    const auto& arguments = std::get<imap::SetMetadataArguments>(command.arguments);
    const auto place = place_of(session, arguments.mailbox);
    if (!place) co_return place.error();
    std::vector<AnnotationValue> values;
    for (const auto& [entry, value] : arguments.values) {
        auto name = annotation_name(entry);
        if (!name) co_return Reply::bad("Invalid entry name");
        values.push_back({std::move(*name), value});
    }
    const auto done = co_await session.store().set_annotations(place->mailbox, std::move(values));
    if (!done) co_return reply_of_change(session, done.error());
    co_return Reply::ok("Setmetadata completed");
}

}  // namespace helio::store::imapd
