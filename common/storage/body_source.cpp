#include <algorithm>

#include "common/storage/partition.h"

namespace helio::storage {
namespace {

class MemoryBody final : public BodySource {
public:
    explicit MemoryBody(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_.size(); }
    Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const override {
        if (offset < bytes_.size()) into.append(bytes_, static_cast<std::size_t>(offset), length);
        return {};
    }

private:
    std::string bytes_;
};

}  // namespace

std::unique_ptr<BodySource> body_in_memory(std::string bytes) { return std::make_unique<MemoryBody>(std::move(bytes)); }

}  // namespace helio::storage
