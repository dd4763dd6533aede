// FetchPrinter: one FETCH answer per message (RFC 9051 §7.5.2). Rows and summaries are printed in place; texts are
// streamed, at most 64 KiB at a time in memory.
#pragma once

#include <map>

#include "common/imap/fetch_item.h"
#include "store/imapd/fetch_section.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

class FetchPrinter {
public:
    FetchPrinter(ImapSession& session, std::vector<imap::FetchItem> items);

    /// True when an item needs the message's bytes: use print_text().
    bool needs_text() const { return needs_text_; }
    bool needs_summary() const { return needs_summary_; }
    /// Messages whose \Seen this FETCH has set: their FLAGS are shown too.
    void show_flags_of(UidSet uids) { shown_ = std::move(uids); }

    /// Without texts. `summary` is the stored one; when it is empty or unreadable, it is made anew.
    /// Errors: the message's text is needed for that and can't be read; nothing is printed then.
    Result<> print(std::uint32_t sequence, const Message& message, const Keywords& keywords, std::string_view summary);
    /// With texts. Errors: net's when the client is gone; storage's when the text can't be read: nothing was printed
    /// when `clean`, else the connection can't go on.
    struct Broken {
        Error error;
        bool clean = true;
    };
    Task<std::expected<void, Broken>> print_text(std::uint32_t sequence, Message message, const Keywords& keywords);

private:
    void begin(std::uint32_t sequence, Uid uid);
    void separate();
    void print_row_item(const imap::FetchItem& item, const Message& message, const Keywords& keywords);
    Result<> print_preview(search::MessageText& text);
    Result<> print_summary_item(const imap::FetchItem& item, search::MessageText& text);
    void print_label(const imap::FetchItem& item);
    Task<Result<>> print_section(const imap::FetchItem& item, search::MessageText& text);
    Task<Result<>> print_binary(const imap::FetchItem& item, search::MessageText& text);
    Task<Result<>> stream(std::uint64_t offset, std::uint64_t length, search::MessageText& text);
    Task<Result<>> stream_decoded(const EncodedPart& part, std::uint64_t skip, std::uint64_t count,
                                  search::MessageText& text);
    void print_new_state(const Message& message, const Keywords& keywords);
    void print_flags(const Message& message, const Keywords& keywords);

    ImapSession& session_;
    std::vector<imap::FetchItem> items_;
    UidSet shown_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, DecodedSize> measured_;  // of this message, by offset and length
    bool needs_text_ = false;
    bool needs_summary_ = false;
    bool has_flags_ = false;
    bool has_uid_ = false;
    bool has_modseq_ = false;
    bool first_ = true;
    bool sent_ = false;  // a part of this answer has gone to the client already
};

}  // namespace helio::store::imapd
