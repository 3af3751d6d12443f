using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

// OciRuntime.Faults ROOT BUNDLE ID: makes a supervised container, as the cmdlets do; ocirun makes others only.
// The look for a file of this name tells the injector that from here on calls count: what comes before is .NET's start.
_ = File.Exists("/oci-faults-begin");
try
{
    new ContainerRuntime(new RuntimeOptions { Root = args[0] }).Create(new CreateRequest { Bundle = args[1], Id = args[2], Supervised = true });
    return 0;
}
catch (OciException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
