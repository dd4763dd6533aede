// helio-mta-outbound: submission for the site's users (ports 587 and 465) and relay to the world.
#include "mta/daemon.h"

int main(int argc, char** argv) {
    using namespace helio;
    return daemon::guarded_main("helio-mta-outbound", [argc, argv] {
        const auto line = daemon::parse_command_line(argc, argv, "helio-mta-outbound",
                                                     "submission server and relay of Heliograph", daemon::Keeps::data);
        return mta::serve(line, mta::Role::submission);
    });
}
