// EngineDecision: the Decision that the writer hands to one change. What the change adds goes into an overlay of its
// own and into the batch behind a mark, so that a change that fails leaves nothing. Compaction, inside the engine, uses
// carry_*().
#pragma once

#include "common/storage/batch_builder.h"
#include "common/storage/layered_index.h"

namespace helio::storage {

class EngineDecision final : public Decision {
public:
    EngineDecision(const Options& options, Model& model, BatchBuilder& batch, LayeredIndex& index,
                   std::uint64_t& next_body);

    const IndexReader& index() const override { return index_; }
    void add(RecordType type, std::string_view payload, std::uint8_t version) override;
    BodyId add_body(const BodySource& body) override;

    /// The same records again, copied forward; applied too, which must change nothing.
    void carry_record(RecordType type, std::string_view payload, std::uint8_t version);
    void carry_body(BodyId id, const BodySource& body);
    LayeredIndex& layers() { return index_; }

    /// Why the change can't be taken although decide() agreed: errc::too_large, errc::io.
    const Result<>& outcome() const { return outcome_; }
    bool has_body() const { return has_body_; }
    bool is_carrying() const { return is_carrying_; }

private:
    void log_record(RecordType type, std::string_view payload, std::uint8_t version, bool carried);
    void log_body(BodyId id, const BodySource& body, bool carried);

    const Options& options_;
    Model& model_;
    BatchBuilder& batch_;
    LayeredIndex& index_;
    std::uint64_t& next_body_;
    Result<> outcome_;
    bool has_body_ = false;
    bool is_carrying_ = false;
};

}  // namespace helio::storage
