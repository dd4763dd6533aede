"""What tests/bench/compare is made of: servers (ours and the peers), cases (what is measured, with the goals), runner
(rounds, in turns), probes (the disk, counted syncs), figures (medians), table (Markdown)."""
