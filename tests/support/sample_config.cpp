#include "tests/support/sample_config.h"

#include <regex>

namespace helio::test {

std::string all_switched_on(std::string sample) {
    const std::string left_out =
        "bind_password = |[a-z_]*password_file|tls_ca|file = \"/etc|jwks_file|client_secret_file|salt_key_file|ca = "
        "\"\" ";
    sample = std::regex_replace(sample, std::regex("(^|\n)# (" + left_out + ")[^\n]*"), "$1");
    sample =
        std::regex_replace(sample, std::regex("introspection_url = \"\""), "introspection_url = \"https://id.test/\"");
    // A key with its value and nothing but a comment behind, or a table; sentences have more.
    const std::string value = "(\"[^\"\n]*\"|\\[[^\\]\n]*\\]|[a-z0-9]+)";
    const std::regex commented("(^|\n)# ([a-z0-9_]+ = " + value + " *(#[^\n]*)?|\\[[a-z0-9._\"-]+\\][^\n]*)(?=\n)");
    return std::regex_replace(sample, commented, "$1$2");
}

}  // namespace helio::test
