// Record data of any bytes: what is read as a host name is one that may stand in a log or a command.
#include <algorithm>

#include "common/dns/rdata.h"
#include "tests/support/fuzz/target.h"

namespace {

void check_name(const std::string& name) {
    FUZZ_CHECK(name.size() <= 253);
    FUZZ_CHECK(std::ranges::none_of(name, [](char c) { return c <= 0x20 || c >= 0x7f || (c >= 'A' && c <= 'Z'); }));
}

}  // namespace

FUZZ_TARGET(dns_rdata) {
    using namespace helio::dns;
    if (const auto mx = read_mx(input)) check_name(mx->host);
    if (const auto name = read_ptr(input)) check_name(*name);
    if (const auto text = read_txt(input)) FUZZ_CHECK(text->size() < input.size());
    if (const auto address = read_address(input)) FUZZ_CHECK(input.size() == 4 || input.size() == 16);
}
