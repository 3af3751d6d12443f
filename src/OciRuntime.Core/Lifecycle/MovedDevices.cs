using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Network;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// linux.netDevices: moves devices of the runtime's network namespace to a container (runtime-spec config-linux.md, "Network Devices"). They then
/// belong to it: at the end of the namespace the kernel returns or destroys them. Only a failed create returns the devices that it has moved.
/// </summary>
internal sealed class MovedDevices : IDisposable
{
    private readonly SafeFd _host;
    private readonly SafeFd _container;

    /// <param name="init">The container's process, in its network namespace.</param>
    public MovedDevices(ProcessHandle init)
    {
        _host = NetworkDevice.OpenNamespace("/proc/self/ns/net");
        try
        {
            _container = NetworkDevice.OpenNamespace($"/proc/{init.Pid.ToString(CultureInfo.InvariantCulture)}/ns/net");
        }
        catch
        {
            _host.Dispose();
            throw;
        }
        // It is alive now, so the pid was its own when the namespace was opened.
        if (init.TryGetExit() is not null)
        {
            Dispose();
            throw new OciException(OciErrorCode.HelperDied, $"process {init.Pid.ToString(CultureInfo.InvariantCulture)} of the launch has died");
        }
    }

    /// <summary>Moves a device to the container.</summary>
    public void Move(NetDeviceStep device) => NetworkDevice.Move(_host, _container, device.Device, device.Inside, device.SpecPointer!);

    /// <summary>Moves a device back.</summary>
    public void Return(NetDeviceStep device) => NetworkDevice.Move(_container, _host, device.Inside, device.Device, device.SpecPointer!);

    public void Dispose()
    {
        _host.Dispose();
        _container.Dispose();
    }
}
