#include "common/smtp/xdelivery.h"

#include <algorithm>

#include "common/base/text.h"

namespace helio::smtp {
namespace {

constexpr std::size_t id_bytes = 64;
constexpr std::size_t folder_bytes = 400;
constexpr std::size_t flags_bytes = 1000;

bool is_id(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
    };
    return !text.empty() && text.size() <= id_bytes && std::ranges::all_of(text, fits);
}

bool is_text(std::string_view text, std::size_t most) {
    const auto fits = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
    return text.size() <= most && base::is_utf8(text) && std::ranges::all_of(text, fits);
}

void print_text(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(" ").append(name).append("=").append(xtext_encode(value));
}

void print_number(std::string& out, std::string_view name, std::optional<std::uint64_t> value) {
    if (value) out.append(" ").append(name).append("=").append(std::to_string(*value));
}

std::unexpected<Error> bad(std::string_view name) {
    return fail(std::make_error_code(std::errc::invalid_argument), std::string(name));
}

}  // namespace

std::string print_xdelivery(const XDelivery& delivery) {
    std::string out;
    print_text(out, "XDELIVERYID", delivery.delivery_id);
    print_text(out, "XFOLDER", delivery.folder);
    print_text(out, "XFLAGS", delivery.flags);
    print_text(out, "XTRACE", delivery.trace_id);
    print_number(out, "XQUOTABYTES", delivery.quota_bytes);
    print_number(out, "XQUOTAMESSAGES", delivery.quota_messages);
    if (delivery.ignore_quota) out += " XNOQUOTA";
    if (delivery.posted) out += " XPOST";
    return out;
}

bool is_xdelivery_parameter(std::string_view name) {
    static constexpr std::string_view names[] = {"XDELIVERYID", "XFOLDER",        "XFLAGS",   "XTRACE",
                                                 "XQUOTABYTES", "XQUOTAMESSAGES", "XNOQUOTA", "XPOST"};
    return std::ranges::any_of(names, [&](std::string_view known) { return base::equals_ignoring_case(known, name); });
}

Result<> parse_xdelivery_parameter(std::string_view name, std::string_view value, XDelivery& into) {
    const auto key = base::to_upper(name);
    if (key == "XNOQUOTA" || key == "XPOST") {
        if (!value.empty()) return bad(name);
        (key == "XPOST" ? into.posted : into.ignore_quota) = true;
        return {};
    }
    const auto text = xtext_decode(value);
    if (!text || text->empty()) return bad(name);
    if (key == "XDELIVERYID" && is_id(*text)) {
        into.delivery_id = *text;
    } else if (key == "XTRACE" && is_id(*text)) {
        into.trace_id = *text;
    } else if (key == "XFOLDER" && is_text(*text, folder_bytes)) {
        into.folder = *text;
    } else if (key == "XFLAGS" && is_text(*text, flags_bytes)) {
        into.flags = *text;
    } else if (const auto number = base::parse_number(*text); number && key == "XQUOTABYTES") {
        into.quota_bytes = *number;
    } else if (number && key == "XQUOTAMESSAGES") {
        into.quota_messages = *number;
    } else {
        return bad(name);
    }
    return {};
}

}  // namespace helio::smtp
