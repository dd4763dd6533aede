#include "common/sasl/exchange.h"

#include "common/base/text.h"

namespace helio::sasl {
namespace {

Turn malformed(std::string reason) { return Turn{Outcome::malformed, {}, std::move(reason)}; }

}  // namespace

std::optional<Exchange> Exchange::begin(std::string_view mechanism, const Setting& setting) {
    auto made = make_mechanism(mechanism, setting);
    if (!made) return std::nullopt;
    return Exchange(std::move(made));
}

Turn Exchange::start(std::optional<std::string_view> initial) {
    if (mechanism_->client_first()) {
        if (!initial) return Turn{Outcome::challenge, {}, {}};
        if (*initial == "=") return step({});
        return respond(*initial);
    }
    auto turn = step({});
    if (!initial || turn.outcome != Outcome::challenge) return turn;
    return respond(*initial == "=" ? std::string_view() : *initial);
}

Turn Exchange::respond(std::string_view line) {
    if (line == "*") return Turn{Outcome::cancelled, {}, {}};
    if (line.size() > most_response_bytes) return malformed("response over the limit");
    const auto bytes = base::base64_decode(line);
    if (!bytes) return malformed("response is not base64");
    return step(*bytes);
}

Turn Exchange::step(std::string_view response) { return turn_of(mechanism_->step(response)); }

Turn Exchange::supply(StoredSecret stored) { return turn_of(mechanism_->supply(std::move(stored))); }

std::string Exchange::refusal() const { return base::base64_encode(mechanism_->refusal()); }

Turn Exchange::turn_of(Result<Mechanism::Step> result) {
    if (!result) return malformed(result.error().detail);
    if (result->done) return Turn{Outcome::done, {}, {}};
    if (result->wants_secret) return Turn{Outcome::wants_secret, {}, {}};
    return Turn{Outcome::challenge, base::base64_encode(result->challenge), {}};
}

}  // namespace helio::sasl
