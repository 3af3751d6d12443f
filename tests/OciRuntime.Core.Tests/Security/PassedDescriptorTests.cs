using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>A container inherits the descriptors that were named, and no number is taken on trust.</summary>
[Collection(Name)]
public sealed class PassedDescriptorTests : AttackFixture
{
    [Fact, Needs(Containers = true)]
    public void WhatWasNamedIsInheritedInItsOrder()
    {
        using FileStream first = Marked("first"), second = Marked("second");
        const string look = "cat <&3; cat <&4; echo $LISTEN_FDS $LISTEN_PID; ls /proc/self/fd | tr '\\n' ' '";
        // The directory that ls reads is 5.
        const string seen = "second first 1 1\n0 1 2 3 4 5 ";
        CreateRequest plain = Request("c", Script(look), stdio: StdioMode.Pipe);
        using ContainerProcess run = Runtime.Run(new CreateRequest
        {
            Id = "c",
            Bundle = plain.Bundle,
            Spec = plain.Spec,
            Stdio = StdioMode.Pipe,
            ListenFds = [second.SafeFileHandle],
            PreserveFds = [first.SafeFileHandle],
        });
        Assert.Equal(seen, new StreamReader(run.StandardOutput!).ReadToEnd());
        run.Wait();
        Runtime.Delete("c");
        Start(Spec("sleep", "60"), "running");
        first.Position = second.Position = 0;
        Assert.Equal(
            "first second \n",
            Exec(new ExecRequest { Id = "running", Args = ["sh", "-c", "cat <&3; cat <&4; echo $LISTEN_FDS"], Stdio = StdioMode.Pipe, PreserveFds = [first.SafeFileHandle, second.SafeFileHandle] }));
    }

    [Fact, Needs(Containers = true)]
    public void AClosedHandleIsRefused()
    {
        SafeFileHandle closed = File.OpenHandle("/dev/null");
        closed.Dispose();
        CreateRequest plain = Request("c", Spec("true"));
        var create = new CreateRequest { Id = "c", Bundle = plain.Bundle, Spec = plain.Spec, Stdio = StdioMode.Null, PreserveFds = [closed] };
        Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => Runtime.Create(create)).Code);
        Assert.Empty(Runtime.List());
        Start(Spec("sleep", "60"), "running");
        Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => Runtime.Exec(new ExecRequest { Id = "running", Args = ["true"], Stdio = StdioMode.Null, ListenFds = [closed] })).Code);
    }

    /// <summary>LISTEN_FDS in the environment of a process that has Core loaded says nothing about that process's descriptors.</summary>
    [Fact, Needs(Containers = true)]
    public void TheEnvironmentOfThisProcessNamesNoDescriptor()
    {
        Environment.SetEnvironmentVariable("LISTEN_PID", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Environment.SetEnvironmentVariable("LISTEN_FDS", "20");
        try
        {
            Assert.Equal("\n0 1 2 3 ", Run(Script("echo $LISTEN_FDS; ls /proc/self/fd | tr '\\n' ' '"), "a").Output);
            Start(Spec("sleep", "60"), "b");
            Assert.Equal("0\n1\n2\n3\n", Exec("b", "ls", "/proc/self/fd"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("LISTEN_PID", null);
            Environment.SetEnvironmentVariable("LISTEN_FDS", null);
        }
    }

    [Fact]
    public void ANumberIsTakenOnlyOfADescriptorThatIsThereToBePassed()
    {
        const int F_SETFD = 2;
        using SafeFileHandle own = File.OpenHandle("/dev/null");
        int number = (int)own.DangerousGetHandle();
        Assert.Contains("close-on-exec", Assert.Throws<OciException>(() => PassedDescriptor.Of(number)).Message, StringComparison.Ordinal);
        Assert.Equal(0, Libc.fcntl(number, F_SETFD, 0));
        using SafeHandle passed = PassedDescriptor.Of(number);
        Assert.Equal(number, (int)passed.DangerousGetHandle());
        foreach (int refused in (int[])[-1, 0, 2, 1_000_000])
            Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => PassedDescriptor.Of(refused)).Code);
    }

    private FileStream Marked(string text)
    {
        string path = Temporary(text);
        File.WriteAllText(path, text + " ");
        return File.OpenRead(path);
    }
}
