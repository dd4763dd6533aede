// LOGIN, AUTHENTICATE, ID and ENABLE.
#include "common/base/text.h"
#include "common/imap/char_class.h"
#include "common/imap/parse_arguments.h"
#include "common/imap/print.h"

namespace helio::imap {

namespace {

constexpr std::size_t most_id_pairs = 30;  // RFC 2971 §3.3
constexpr std::size_t most_enabled_names = 64;
constexpr std::size_t most_id_value_bytes = 1024;  // the RFC's 1024 octets

bool is_base64_char(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || c == '=';
}

}  // namespace

// login = "LOGIN" SP userid SP password; both astring
LoginArguments parse_login(Cursor& in) {
    LoginArguments arguments;
    in.space();
    arguments.user = in.astring("Missing user name");
    in.space();
    arguments.password = base::Secret(in.astring("Missing password"));
    return arguments;
}

void print(std::string& out, const LoginArguments& arguments) {
    out += ' ';
    print_astring(out, arguments.user);
    out += ' ';
    print_astring(out, arguments.password.reveal());
}

// authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]; initial-resp = (base64 / "=")
AuthenticateArguments parse_authenticate(Cursor& in) {
    AuthenticateArguments arguments;
    in.space();
    arguments.mechanism = base::to_upper(in.atom("Missing mechanism"));
    if (in.take(' ')) arguments.initial_response = base::Secret(std::string(in.run(is_base64_char, "Invalid base64")));
    return arguments;
}

void print(std::string& out, const AuthenticateArguments& arguments) {
    out += ' ' + arguments.mechanism;
    if (arguments.initial_response) out += ' ' + arguments.initial_response->reveal();
}

std::string IdArguments::value(std::string_view key) const {
    for (const auto& [name, value] : pairs) {
        if (base::equals_ignoring_case(name, key)) return value.value_or("");
    }
    return {};
}

// id = "ID" SP id-params-list; id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil
IdArguments parse_id(Cursor& in) {
    IdArguments arguments;
    in.space();
    if (in.nil()) return arguments;
    in.expect('(', "Missing '(' in ID");
    if (in.take(')')) return arguments;
    do {
        // Some clients send atoms here.
        std::string name = in.astring("Missing field name in ID");
        in.space();
        std::optional<std::string> value;
        if (!in.nil()) value = in.astring("Missing value in ID");
        if (value && value->size() > most_id_value_bytes) in.fail("ID value too long");
        if (arguments.pairs.size() == most_id_pairs) in.fail("Too many ID fields");
        arguments.pairs.emplace_back(std::move(name), std::move(value));
    } while (!in.failed() && in.take(' '));
    in.expect(')', "Missing ')' in ID");
    return arguments;
}

void print(std::string& out, const IdArguments& arguments) {
    if (arguments.pairs.empty()) {
        out += " NIL";
        return;
    }
    char before = '(';
    out += ' ';
    for (const auto& [name, value] : arguments.pairs) {
        out += before;
        before = ' ';
        print_string(out, name);
        out += ' ';
        print_nstring(out, value.value_or(""), value.has_value());
    }
    out += ')';
}

// enable = "ENABLE" 1*(SP capability)
EnableArguments parse_enable(Cursor& in) {
    EnableArguments arguments;
    in.space();
    do {
        arguments.capabilities.push_back(base::to_upper(in.atom("Missing capability")));
        if (arguments.capabilities.size() > most_enabled_names) in.fail("Too many capabilities");
    } while (in.take(' '));
    return arguments;
}

void print(std::string& out, const EnableArguments& arguments) {
    for (const auto& name : arguments.capabilities) out += ' ' + name;
}

// compress = "COMPRESS" SP algorithm
CompressArguments parse_compress(Cursor& in) {
    in.space();
    return {base::to_upper(in.atom("Missing algorithm"))};
}

void print(std::string& out, const CompressArguments& arguments) { out += ' ' + arguments.algorithm; }

}  // namespace helio::imap
