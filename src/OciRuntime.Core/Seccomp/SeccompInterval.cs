namespace OciRuntime.Core.Seccomp;

/// <summary>A run of system call numbers with the same treatment.</summary>
/// <param name="First">First number, as the kernel shows it.</param>
/// <param name="Action">SECCOMP_RET_* for all of them; with rules about arguments, for the calls that match none.</param>
/// <param name="Arguments">Rules about arguments, or null.</param>
internal readonly record struct SeccompInterval(uint First, uint Action, SeccompTree? Arguments);
