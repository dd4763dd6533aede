// The scanner against GMime: the same parts with the same content at the same offsets.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmime/gmime.h>

#include "common/base/text.h"
#include "common/mail/mime_scanner.h"
#include "tests/support/catch.h"
#include "tests/unit/common/mail/mime_corpus.h"

using namespace helio;

namespace {

/// "text/plain[100+20] ..." in preorder; of a multipart only its type.
void show(GMimeObject* object, std::string& text);

void show_leaf(GMimePart* part, std::string& text) {
    auto* content = g_mime_part_get_content(part);
    if (!content) return;
    auto* stream = g_mime_data_wrapper_get_stream(content);
    text +=
        "[" + std::to_string(stream->bound_start) + "+" + std::to_string(stream->bound_end - stream->bound_start) + "]";
}

void show(GMimeObject* object, std::string& text) {
    auto* type = g_mime_object_get_content_type(object);
    const std::string name =
        std::string(g_mime_content_type_get_media_type(type)) + "/" + g_mime_content_type_get_media_subtype(type);
    text += " " + base::to_lower(name);
    if (GMIME_IS_MULTIPART(object)) {
        auto* multipart = GMIME_MULTIPART(object);
        text += "(";
        for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i)
            show(g_mime_multipart_get_part(multipart, i), text);
        text += ")";
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        auto* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        text += "{";
        if (message) show(g_mime_message_get_mime_part(message), text);
        text += "}";
    } else if (GMIME_IS_PART(object)) {
        show_leaf(GMIME_PART(object), text);
    }
}

std::string by_gmime(const std::string& message) {
    auto* stream = g_mime_stream_mem_new_with_buffer(message.data(), message.size());
    auto* parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    auto* parsed = g_mime_parser_construct_message(parser, nullptr);
    std::string text;
    if (parsed) show(g_mime_message_get_mime_part(parsed), text);
    if (parsed) g_object_unref(parsed);
    g_object_unref(parser);
    g_object_unref(stream);
    return text;
}

void show(const mail::MimeTree& tree, std::uint32_t number, std::string& text) {
    const auto& part = tree.parts[number];
    const bool message = part.kind == mail::PartKind::message;
    const bool multipart = part.kind == mail::PartKind::multipart;
    text += " " + base::to_lower(part.content_type.type + "/" + part.content_type.subtype);
    if (!message && !multipart)
        text += "[" + std::to_string(part.body_offset) + "+" + std::to_string(part.body_bytes) + "]";
    if (message) text += "{";
    if (multipart) text += "(";
    for (const auto child : part.children) show(tree, child, text);
    if (message) text += "}";
    if (multipart) text += ")";
}

std::string by_us(const std::string& message) {
    std::string text;
    show(mail::scan_mime(message), 0, text);
    return text;
}

}  // namespace

TEST_CASE("the scanner agrees with GMime on hand-written messages", "[mail][mime]") {
    g_mime_init();
    for (const auto& sample : test::mime_samples()) {
        if (!sample.compare) continue;
        CAPTURE(sample.name);
        CHECK(by_us(sample.message) == by_gmime(sample.message));
        const auto lf = test::with_lf(sample.message);
        CHECK(by_us(lf) == by_gmime(lf));
    }
}

TEST_CASE("the scanner agrees with GMime on generated messages", "[mail][mime]") {
    g_mime_init();
    for (unsigned seed = 0; seed < 300; ++seed) {
        const auto message = test::random_message(seed);
        CAPTURE(seed, message);
        CHECK(by_us(message) == by_gmime(message));
    }
}
