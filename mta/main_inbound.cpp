// helio-mta-inbound: the relay for mail from anywhere to the site's users (port 25).
#include "mta/daemon.h"

int main(int argc, char** argv) {
    using namespace helio;
    return daemon::guarded_main("helio-mta-inbound", [argc, argv] {
        const auto line = daemon::parse_command_line(argc, argv, "helio-mta-inbound",
                                                     "inbound mail relay of Heliograph", daemon::Keeps::data);
        return mta::serve(line, mta::Role::inbound);
    });
}
