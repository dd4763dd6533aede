#include "common/pop/language.h"

#include "common/base/text.h"
#include "common/pop/command.h"

namespace helio::pop {

std::string answer_lang(std::string_view argument) {
    const auto words = words_of(argument);
    if (words.empty()) return "+OK Language listing follows:\r\ni-default Default\r\nen English\r\n.\r\n";
    if (words.size() > 1) return "-ERR Wrong number of arguments\r\n";
    const auto tag = base::to_lower(words.front());
    if (tag == "en" || tag.starts_with("en-")) return "+OK en Language is English\r\n";
    if (tag == "*" || tag == "i-default") return "+OK i-default Language is the default\r\n";
    return "-ERR No such language\r\n";
}

}  // namespace helio::pop
