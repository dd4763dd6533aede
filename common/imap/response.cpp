#include "common/imap/response.h"

#include "common/imap/mailbox_name.h"
#include "common/imap/print.h"

namespace helio::imap {

namespace {

std::string_view word_of(Status status) {
    switch (status) {
        case Status::ok:
            return "OK";
        case Status::no:
            return "NO";
        case Status::bad:
            return "BAD";
        case Status::bye:
            return "BYE";
        case Status::preauth:
            return "PREAUTH";
    }
    return "BAD";
}

}  // namespace

// resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text; resp-text = ["[" resp-text-code "]" SP] text
void print_status_response(std::string& out, std::string_view tag, Status status, std::string_view response_code,
                           std::string_view text) {
    out += tag;
    out += ' ';
    out += word_of(status);
    out += ' ';
    if (!response_code.empty()) {
        out += '[';
        out += response_code;
        out += "] ";
    }
    print_text(out, text);
    out += "\r\n";
}

void print_numbered(std::string& out, std::uint64_t number, std::string_view word) {
    out += "* ";
    print_number(out, number);
    out += ' ';
    out += word;
    out += "\r\n";
}

void print_continuation(std::string& out, std::string_view text) {
    out += "+ ";
    out += text;
    out += "\r\n";
}

// mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP mbox-list-extended]
void print_list(std::string& out, const ListResponse& response, bool utf8) {
    out += "* ";
    out += response.word;
    out += " (";
    for (std::size_t i = 0; i < response.attributes.size(); ++i) {
        if (i > 0) out += ' ';
        out += response.attributes[i];
    }
    out += ") \"";
    out += response.separator;
    out += "\" ";
    print_mailbox(out, response.name, utf8);
    if (response.child_info) out += " (\"CHILDINFO\" (\"SUBSCRIBED\"))";
    if (!response.old_name.empty()) {
        out += " (\"OLDNAME\" (";
        print_mailbox(out, response.old_name, utf8);
        out += "))";
    }
    out += "\r\n";
}

void print_status(std::string& out, std::string_view mailbox, std::uint16_t items, const StatusValues& values,
                  bool utf8) {
    out += "* STATUS ";
    print_mailbox(out, mailbox, utf8);
    out += " (";
    bool first = true;
    const auto name = [&](StatusItem item, std::string_view word) {
        if ((items & item) == 0) return false;
        if (!first) out += ' ';
        first = false;
        out += word;
        out += ' ';
        return true;
    };
    if (name(status_messages, "MESSAGES")) print_number(out, values.messages);
    if (name(status_recent, "RECENT")) print_number(out, values.recent);
    if (name(status_uidnext, "UIDNEXT")) print_number(out, values.uid_next);
    if (name(status_uidvalidity, "UIDVALIDITY")) print_number(out, values.uid_validity);
    if (name(status_unseen, "UNSEEN")) print_number(out, values.unseen);
    if (name(status_deleted, "DELETED")) print_number(out, values.deleted);
    if (name(status_size, "SIZE")) print_number(out, values.size);
    if (name(status_highestmodseq, "HIGHESTMODSEQ")) print_number(out, values.highest_modseq);
    if (name(status_deleted_storage, "DELETED-STORAGE")) print_number(out, values.deleted_storage);
    if (name(status_append_limit, "APPENDLIMIT")) print_number(out, values.append_limit);
    if (name(status_mailboxid, "MAILBOXID")) out += '(' + values.mailbox_id + ')';
    out += ")\r\n";
}

namespace {

void print_page(std::string& out, const EsearchResponse& response) {
    std::string page = response.page.to_string();
    if (response.sorted != nullptr) {
        const auto window = response.partial.window(response.sorted->size());
        const auto first = response.sorted->begin();
        page.clear();
        print_ordered_set(
            page, {first + static_cast<std::ptrdiff_t>(window.begin), first + static_cast<std::ptrdiff_t>(window.end)});
    }
    out += page.empty() ? "NIL" : page;
}

}  // namespace

// esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
void print_esearch(std::string& out, const EsearchResponse& response) {
    out += "* ESEARCH (TAG ";
    print_string(out, response.tag);
    if (!response.mailbox.empty()) {
        out += " MAILBOX ";
        print_mailbox(out, response.mailbox, response.utf8);
        out += " UIDVALIDITY " + std::to_string(response.uid_validity);
    }
    out += ')';
    if (response.uid) out += " UID";
    const bool any = !response.found.empty();
    const auto* const sorted = response.sorted;
    if (any && (response.options & return_min) != 0) {
        out += " MIN " + std::to_string(sorted ? sorted->front() : response.found.least());
    }
    if (any && (response.options & return_max) != 0) {
        out += " MAX " + std::to_string(sorted ? sorted->back() : response.found.greatest());
    }
    if (any && (response.options & return_all) != 0) {
        out += " ALL ";
        if (sorted) print_ordered_set(out, *sorted);
        if (!sorted) out += response.found.to_string();
    }
    if ((response.options & return_partial) != 0) {
        out += " PARTIAL (" + response.partial.to_string() + ' ';
        print_page(out, response);
        out += ')';
    }
    if ((response.options & return_count) != 0) out += " COUNT " + std::to_string(response.found.count());
    if (any && response.modseq) out += " MODSEQ " + std::to_string(*response.modseq);
    out += "\r\n";
}

void print_ordered_set(std::string& out, const std::vector<std::uint32_t>& numbers) {
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
        if (i > 0) out += ',';
        print_number(out, numbers[i]);
        if (last > i) out += ':';
        if (last > i) print_number(out, numbers[last]);
        i = last + 1;
    }
}

void print_search_response(std::string& out, const NumberSet& found, std::optional<std::uint64_t> modseq) {
    out += "* SEARCH";
    for (const auto& range : found.ranges()) {
        for (std::uint64_t number = range.first; number <= range.last; ++number) {
            out += ' ';
            print_number(out, number);
        }
    }
    if (!found.empty() && modseq) out += " (MODSEQ " + std::to_string(*modseq) + ')';
    out += "\r\n";
}

}  // namespace helio::imap
