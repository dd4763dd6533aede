// LANG (RFC 6856 §3): the language of our texts. There is English, which is the default too.
#include "common/pop/language.h"
#include "store/popd/commands.h"

namespace helio::store {

Task<> cmd_lang(PopSession& session, std::string argument) {
    session.wire().queue(pop::answer_lang(argument));
    co_return;
}

}  // namespace helio::store
