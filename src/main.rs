//! The `paychaos` binary: see the library's crate documentation for the map.

fn main() -> std::process::ExitCode {
    paychaos::cli::main()
}
