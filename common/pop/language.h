// LANG (RFC 6856 §3) as the store and the proxy answer it: there is English, which is the default too. Pure.
#pragma once

#include <string>
#include <string_view>

namespace helio::pop {

/// The whole answer to LANG with that argument. A language that is not there changes nothing.
std::string answer_lang(std::string_view argument);

}  // namespace helio::pop
