// LANG (RFC 6856 §3): the language of our texts. There is English, which is the default too.
#include "common/base/text.h"
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_lang(PopSession& session, std::string argument) {
    const auto words = pop_words(argument);
    if (words.empty()) {
        session.ok("Language listing follows:");
        session.wire().queue("i-default Default\r\nen English\r\n.\r\n");
        co_return;
    }
    const auto tag = base::to_lower(words.front());
    if (tag == "en" || tag.starts_with("en-")) {
        session.ok("en Language is English");
    } else if (tag == "*" || tag == "i-default") {
        session.ok("i-default Language is the default");
    } else {
        session.error({}, "No such language");
    }
    co_return;
}

}  // namespace helio::store
