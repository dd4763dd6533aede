// HopDeliverer: the Deliverer that both relays use: stores by one, all else by the other.
#pragma once

#include "mta/deliver/deliverer.h"

namespace helio::mta {

class HopDeliverer final : public Deliverer {
public:
    HopDeliverer(Deliverer& stores, Deliverer& remote) : stores_(stores), remote_(remote) {}

    Task<std::vector<Outcome>> deliver(std::shared_ptr<const Message> message, Destination destination,
                                       std::vector<std::size_t> which, base::SteadyTime until) override {
        auto& hop = destination.hop == Hop::store ? stores_ : remote_;
        return hop.deliver(std::move(message), std::move(destination), std::move(which), until);
    }

private:
    Deliverer& stores_;
    Deliverer& remote_;
};

}  // namespace helio::mta
