#include "common/imap/imap_url.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/imap/char_class.h"

namespace helio::imap {

namespace {

constexpr std::size_t most_url_bytes = 8192;

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// unreserved, sub-delims without ";" and what RFC 5092 adds to bchar
bool is_plain(char c) {
    const bool alphanumeric = is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alphanumeric || std::string_view("-._~!$'()*+,&=:@/").find(c) != std::string_view::npos;
}

// Reads the pieces of a URL; the first fault sticks, as in Cursor.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool failed() const { return failed_; }
    void fail() { failed_ = true; }
    bool at_end() const { return failed_ || text_.empty(); }
    char peek() const { return at_end() ? '\0' : text_.front(); }
    bool starts_with(std::string_view word) const { return base::starts_with_ignoring_case(text_, word); }
    bool take(std::string_view word) {
        if (failed_ || !starts_with(word)) return false;
        text_.remove_prefix(word.size());
        return true;
    }

    // Characters up to one of `ends` or the end, with their escapes decoded.
    std::string decoded(std::string_view ends) {
        std::string out;
        while (!at_end() && ends.find(text_.front()) == std::string_view::npos) {
            char c = text_.front();
            if (c == '%') {
                const int high = text_.size() > 2 ? hex_value(text_[1]) : -1;
                const int low = text_.size() > 2 ? hex_value(text_[2]) : -1;
                if (high < 0 || low < 0) return fault();
                c = static_cast<char>(high * 16 + low);
                text_.remove_prefix(2);
            } else if (!is_plain(c)) {
                return fault();
            }
            if (c == '\0' || c == '\r' || c == '\n') return fault();
            out += c;
            text_.remove_prefix(1);
        }
        return out;
    }

    std::uint64_t number() {
        std::size_t length = 0;
        while (length < text_.size() && is_digit(text_[length])) ++length;
        const auto value = base::parse_number(text_.substr(0, length));
        if (failed_ || length == 0 || !value || *value > 0x7fff'ffff'ffff'ffffU) {
            fail();
            return 0;
        }
        text_.remove_prefix(length);
        return *value;
    }
    std::uint32_t nz_number() {
        const std::uint64_t value = number();
        if (value == 0 || value > 0xffff'ffffU) fail();
        return failed_ ? 0 : static_cast<std::uint32_t>(value);
    }

private:
    std::string fault() {
        failed_ = true;
        return {};
    }
    std::string_view text_;
    bool failed_ = false;
};

bool is_host(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == ':';
    });
}

// iserver = [iuserinfo "@"] host [":" port]; iuserinfo = enc-user [iauth] / [enc-user] iauth; iauth = ";AUTH=" ...
void read_server(Reader& in, ImapUrl& url) {
    std::string server = in.decoded("/;");
    if (in.take(";AUTH=")) {
        url.user = std::move(server);
        in.decoded("@/;");  // which mechanism does not matter: nothing is sent anywhere
        server = in.decoded("/;");
        if (!server.starts_with('@')) return in.fail();
        url.host = server.substr(1);
    } else {
        const auto at = server.rfind('@');
        if (at != std::string::npos) url.user = server.substr(0, at);
        url.host = at == std::string::npos ? server : server.substr(at + 1);
    }
    if (!is_host(url.host) || !in.take("/")) in.fail();
}

// Header field names are atoms here, so that a section stands in a URL.
std::optional<Section> read_section(std::string_view text) {
    const std::string fetch = std::string(" 1 BODY[").append(text) + ']';
    Cursor in(fetch);
    FetchArguments arguments = parse_fetch(in);
    in.end();
    if (in.failed() || arguments.items.size() != 1) return std::nullopt;
    FetchItem& item = arguments.items.front();
    if (item.kind != FetchItem::Kind::body_section || item.partial) return std::nullopt;
    for (const auto& name : item.section.fields) {
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_astring_char)) return std::nullopt;
    }
    return std::move(item.section);
}

bool has_scheme(std::string_view text) {
    const auto end =
        std::find_if_not(text.begin(), text.end(), [](char c) { return c != '/' && c != ':' && c != ';'; });
    const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.begin()));
    return end != text.begin() && rest.starts_with("://");
}

// ipart = "/" ; in front of each of these when something stands before it
bool take_part(Reader& in, std::string_view word) {
    return in.take(std::string("/;").append(word)) || in.take(std::string(";").append(word));
}

}  // namespace

// imapurl  = "imap://" iserver ipath-query
// imessagepart = enc-mailbox [";UIDVALIDITY=" nz-number] "/;UID=" nz-number ["/;SECTION=" enc-section]
//                ["/;PARTIAL=" number ["." nz-number]]
Parsed<ImapUrl> parse_imap_url(std::string_view text) {
    const auto refuse = [](std::string_view why) { return std::unexpected(SyntaxError{why}); };
    if (text.size() > most_url_bytes) return refuse("URL too long");
    ImapUrl url;
    Reader in(text);
    if (in.take("imap://")) {
        read_server(in, url);
    } else {
        if (has_scheme(text)) in.fail();
        in.take("/");
    }
    if (in.failed()) return refuse("Invalid IMAP URL");
    if (!in.starts_with(";UID=")) {
        std::string mailbox = in.decoded(";");
        if (in.take(";UIDVALIDITY=")) {
            url.uid_validity = in.nz_number();
            if (!in.take("/")) in.fail();
        } else if (mailbox.ends_with('/')) {
            mailbox.pop_back();  // what separates the name from ";UID="
        } else {
            in.fail();
        }
        if (mailbox.empty()) in.fail();
        url.mailbox = std::move(mailbox);
    } else if (!url.host.empty()) {
        in.fail();
    }
    if (!in.take(";UID=")) in.fail();
    url.uid = in.nz_number();
    if (take_part(in, "SECTION=")) {
        std::string section = in.decoded(";");
        if (section.ends_with('/')) section.pop_back();
        url.section = read_section(section);
        if (!url.section || section.empty()) in.fail();
    }
    if (in.starts_with("/;PARTIAL=") || in.starts_with(";PARTIAL=")) {
        take_part(in, "PARTIAL=");
        url.range = ImapUrl::Range{};
        url.range->offset = in.number();
        if (in.take(".")) {
            url.range->length = in.number();
            if (url.range->length == 0) in.fail();
        }
    }
    if (in.failed() || !in.at_end()) return refuse("Invalid IMAP URL");
    return url;
}

namespace {

void print_encoded(std::string& out, std::string_view text, bool slashes) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_plain(c) && (slashes || c != '/')) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += hex[byte >> 4];
        out += hex[byte & 15];
    }
}

}  // namespace

std::string print_imap_url(const ImapUrl& url) {
    std::string out;
    if (!url.host.empty()) {
        out += "imap://";
        if (!url.user.empty()) {
            print_encoded(out, url.user, false);
            out += '@';
        }
        out += url.host;
    }
    if (url.mailbox) {
        out += '/';
        print_encoded(out, *url.mailbox, true);
        if (url.uid_validity) out += ";UIDVALIDITY=" + std::to_string(*url.uid_validity);
    }
    if (!out.empty()) out += '/';
    out += ";UID=" + std::to_string(url.uid);
    if (url.section) {
        std::string section;
        print_section(section, *url.section);
        out += "/;SECTION=";
        print_encoded(out, std::string_view(section).substr(1, section.size() - 2), true);
    }
    if (url.range) {
        out += "/;PARTIAL=" + std::to_string(url.range->offset);
        if (url.range->length) out += '.' + std::to_string(*url.range->length);
    }
    return out;
}

}  // namespace helio::imap
