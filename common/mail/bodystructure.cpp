#include "common/mail/bodystructure.h"

#include "common/mail/imap_text.h"

namespace helio::mail {
namespace {

class Printer {
public:
    explicit Printer(const MimeTree& tree) : tree_(tree) {}

    BodyStructure run() {
        print(tree_.parts.front());
        return std::move(out_);
    }

private:
    // Recursion is bounded by ScanLimits::depth.
    void print(const MimePart& part) {
        text() += '(';
        if (part.kind == PartKind::multipart) {
            multipart(part);
        } else {
            single(part);
        }
        text() += ')';
    }

    /// body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
    void multipart(const MimePart& part) {
        for (const auto child : part.children) print(tree_.parts[child]);
        if (part.children.empty()) empty_part();
        text() += ' ';
        append_imap_string(text(), part.content_type.subtype);
        const auto start = text().size();
        text() += ' ';
        parameters(part.content_type.parameters, false);
        common_extension(part);
        mark(start);
    }

    /// body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
    void single(const MimePart& part) {
        append_imap_string(text(), part.content_type.type);
        text() += ' ';
        append_imap_string(text(), part.content_type.subtype);
        text() += ' ';
        const bool is_text = part.content_type.is("text");
        parameters(part.content_type.parameters, is_text);
        text() += ' ';
        append_imap_nstring(text(), part.id);
        text() += ' ';
        append_imap_nstring(text(), part.description);
        text() += ' ';
        append_imap_string(text(), part.encoding);
        text() += ' ' + std::to_string(part.body_bytes);
        if (part.kind == PartKind::message) {
            const auto& inner = tree_.parts[part.children.front()];
            text() += ' ';
            append_imap_envelope(text(), *inner.envelope);
            text() += ' ';
            print(inner);
        }
        if (is_text || part.kind == PartKind::message) text() += ' ' + std::to_string(part.body_lines);
        const auto start = text().size();
        text() += ' ';
        append_imap_nstring(text(), part.md5);
        common_extension(part);
        mark(start);
    }

    /// [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]
    void common_extension(const MimePart& part) {
        text() += ' ';
        if (part.disposition) {
            text() += '(';
            append_imap_string(text(), part.disposition->type);
            text() += ' ';
            parameters(part.disposition->parameters, false);
            text() += ')';
        } else {
            text() += "NIL";
        }
        text() += ' ';
        languages(part.languages);
        text() += ' ';
        append_imap_nstring(text(), part.location);
    }

    void languages(const std::vector<std::string>& tags) {
        if (tags.empty()) {
            text() += "NIL";
            return;
        }
        char separator = '(';
        for (const auto& tag : tags) {
            text() += separator;
            append_imap_string(text(), tag);
            separator = ' ';
        }
        text() += ')';
    }

    void parameters(const Parameters& list, bool with_charset) {
        const bool add_charset = with_charset && !find_parameter(list, "charset");
        if (list.empty() && !add_charset) {
            text() += "NIL";
            return;
        }
        char separator = '(';
        for (const auto& parameter : list) {
            text() += separator;
            append_imap_string(text(), parameter.name);
            text() += ' ';
            append_imap_string(text(), parameter.value);
            separator = ' ';
        }
        if (add_charset) {
            text() += separator;
            text() += R"("charset" "us-ascii")";
        }
        text() += ')';
    }

    void empty_part() {
        text() += R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)";
        const auto start = text().size();
        text() += " NIL NIL NIL NIL";
        mark(start);
        text() += ')';
    }

    std::string& text() { return out_.text; }
    void mark(std::size_t start) { out_.extensions.push_back({start, text().size() - start}); }

    const MimeTree& tree_;
    BodyStructure out_;
};

}  // namespace

BodyStructure print_bodystructure(const MimeTree& tree) { return Printer(tree).run(); }

}  // namespace helio::mail
