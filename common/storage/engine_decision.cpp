#include "common/storage/engine_decision.h"

#include "common/storage/errc.h"

namespace helio::storage {

EngineDecision::EngineDecision(const Options& options, Model& model, BatchBuilder& batch, LayeredIndex& index,
                               std::uint64_t& next_body)
    : options_(options), model_(model), batch_(batch), index_(index), next_body_(next_body) {}

void EngineDecision::add(RecordType type, std::string_view payload, std::uint8_t version) {
    log_record(type, payload, version, false);
}

BodyId EngineDecision::add_body(const BodySource& body) {
    const BodyId id{next_body_++};
    has_body_ = true;
    log_body(id, body, false);
    return id;
}

void EngineDecision::carry_record(RecordType type, std::string_view payload, std::uint8_t version) {
    is_carrying_ = true;
    log_record(type, payload, version, true);
}

void EngineDecision::carry_body(BodyId id, const BodySource& body) {
    is_carrying_ = true;
    log_body(id, body, true);
}

void EngineDecision::log_record(RecordType type, std::string_view payload, std::uint8_t version, bool carried) {
    if (!outcome_) return;
    if (payload.size() > options_.record_bytes) {
        outcome_ = fail(errc::too_large, "record of " + std::to_string(payload.size()) + " bytes");
        return;
    }
    if (type == 0 || type >= body_record) throw std::invalid_argument("record type out of the model's range");
    batch_.add_record(type, version, payload, carried);
    model_.apply(index_, Record{type, version, payload});
}

void EngineDecision::log_body(BodyId id, const BodySource& body, bool carried) {
    if (!outcome_) return;
    if (!carried && body.size() > options_.body_bytes) {
        outcome_ = fail(errc::too_large, "body of " + std::to_string(body.size()) + " bytes");
        return;
    }
    auto offset = batch_.add_body(id, body, carried);
    if (!offset) {
        outcome_ = fail(offset.error());
        return;
    }
    index_.place_body(id, 0, *offset, body.size(), true);
}

}  // namespace helio::storage
