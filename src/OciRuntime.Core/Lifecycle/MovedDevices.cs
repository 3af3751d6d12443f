using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Network;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// linux.netDevices: devices of the runtime's network namespace that a container gets (runtime-spec config-linux.md, "Network Devices"). They are
/// its own then: at the end of the namespace the kernel returns or destroys them. Only a create that fails gives back what it has moved.
/// </summary>
internal sealed class MovedDevices : IDisposable
{
    private readonly SafeFd _host;
    private readonly SafeFd _container;
    private readonly List<(string Name, string Inside)> _moved = [];

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
        // Alive now, so the number was its own when the namespace was opened.
        if (init.TryGetExit() is not null)
        {
            Dispose();
            throw new OciException(OciErrorCode.HelperDied, $"process {init.Pid.ToString(CultureInfo.InvariantCulture)} of the launch has died");
        }
    }

    public void Move(IReadOnlyDictionary<string, OciNetDevice> devices)
    {
        foreach ((string name, OciNetDevice device) in devices)
        {
            string inside = string.IsNullOrEmpty(device.Name) ? name : device.Name;
            NetworkDevice.Move(_host, _container, name, inside, SpecPointer.Property("/linux/netDevices", name));
            _moved.Add((name, inside));
        }
    }

    /// <summary>Undoes what has been moved so far.</summary>
    public void Return(Action<string> warn)
    {
        foreach ((string name, string inside) in _moved)
        {
            try
            {
                NetworkDevice.Move(_container, _host, inside, name, SpecPointer.Property("/linux/netDevices", name));
            }
            catch (OciException e)
            {
                warn(e.Message);
            }
        }
        _moved.Clear();
    }

    public void Dispose()
    {
        _host.Dispose();
        _container.Dispose();
    }
}
