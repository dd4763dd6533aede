#include "common/mail/subaddress.h"

namespace helio::mail {

std::optional<Subaddress> split_subaddress(std::string_view local_part, std::string_view delimiter) {
    if (delimiter.empty()) return std::nullopt;
    const auto at = local_part.find(delimiter);
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    return Subaddress{local_part.substr(0, at), local_part.substr(at + delimiter.size())};
}

bool is_recipient_delimiter(std::string_view text) {
    if (text.empty()) return true;
    return text.size() == 1 && text[0] > ' ' && text[0] < 0x7f && text[0] != '@';
}

}  // namespace helio::mail
