using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Bundles;

/// <summary>
/// Makes bundles: a directory with rootfs and a config.json on top of <see cref="SpecDefaults"/>, without a terminal. Nothing that is
/// unpacked can leave the root filesystem. On failure nothing of the bundle remains.
/// </summary>
internal static class BundleBuilder
{
    /// <summary>Where Debian's busybox-static is.</summary>
    public const string DefaultBusybox = "/bin/busybox";

    private const string RootfsName = "rootfs";

    /// <summary>Makes a bundle around a static busybox: /bin/sh and every other applet.</summary>
    /// <param name="path">The bundle; it must not exist, or be an empty directory.</param>
    /// <param name="busybox">The program.</param>
    /// <param name="resolvConf">Copy the host's /etc/resolv.conf.</param>
    /// <param name="options">Edits the configuration.</param>
    /// <param name="cancellation">Stops it and removes what was made.</param>
    /// <returns>The bundle.</returns>
    /// <exception cref="OciException">NotInstalled: there is no busybox; InvalidArgument: it is not static, or the bundle exists; or the kernel's error.</exception>
    public static OciBundle FromBusybox(string path, string busybox = DefaultBusybox, bool resolvConf = false, BundleOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(busybox);
        if (!File.Exists(busybox))
        {
            throw new OciException(OciErrorCode.NotInstalled, $"make a root filesystem from {busybox}: there is no such program")
            {
                Step = "bundle",
                Object = busybox,
                Hint = "install busybox-static, or name a static busybox",
            };
        }
        StaticBinary.Require(busybox);
        return Build(path, options, closed: false, (bundle, warnings) =>
        {
            using RootTree tree = MakeRoot(bundle, warnings);
            BusyboxRootfs.Write(tree, Path.GetFullPath(busybox), resolvConf, cancellation);
            tree.Finish();
            return WithoutTerminal();
        });
    }

    /// <summary>Makes a bundle from a root filesystem in a tar archive, such as <c>docker export</c> writes. Only the owner can access its content.</summary>
    /// <param name="path">The bundle; it must not exist, or be an empty directory.</param>
    /// <param name="archive">A tar file, plain or compressed.</param>
    /// <param name="options">Limits and decompressors.</param>
    /// <param name="cancellation">Stops it and removes what was made.</param>
    /// <returns>The bundle; the root filesystem is writable. Its warnings name what could not be unpacked.</returns>
    /// <exception cref="OciException">FileNotFound; InvalidArgument: damaged, hostile, an image, or the bundle exists; LimitsExceeded; NotSupported: compression; or the kernel's error.</exception>
    public static OciBundle FromArchive(string path, string archive, BundleOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(archive);
        options ??= new BundleOptions();
        using Stream tar = Decompression.Open(BundleFiles.OpenRead(archive), archive, options);
        return Build(path, options, closed: true, (bundle, warnings) =>
        {
            using RootTree tree = MakeRoot(bundle, warnings);
            new TarUnpacker(tree, new UnpackBudget(options.Limit, options.Progress, cancellation), warnings, cancellation).UnpackArchive(tar, archive);
            tree.Finish();
            OciSpec spec = WithoutTerminal();
            spec.Root!.Readonly = false;
            return spec;
        });
    }

    /// <summary>Makes a bundle from an image: applies the layers in order and takes the process from the image's configuration. Only the owner can access its content.</summary>
    /// <param name="path">The bundle; it must not exist, or be an empty directory.</param>
    /// <param name="layout">An OCI image layout or a docker-archive: a directory, or a tar file, plain or compressed.</param>
    /// <param name="reference">Name of the image in the layout (org.opencontainers.image.ref.name); null for the image for this machine.</param>
    /// <param name="options">Limits and decompressors.</param>
    /// <param name="cancellation">Stops it and removes what was made.</param>
    /// <returns>The bundle; the root filesystem is writable. Its warnings name what could not be unpacked.</returns>
    /// <exception cref="OciException">FileNotFound; InvalidArgument: damaged, hostile, a wrong digest, an unknown user, or the bundle exists; LimitsExceeded; NotSupported: compression, digest, system; or the kernel's error.</exception>
    public static OciBundle FromImageLayout(string path, string layout, string? reference = null, BundleOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(layout);
        options ??= new BundleOptions();
        return Build(path, options, closed: true, (bundle, warnings) =>
        {
            using ImageLayout image = ImageLayout.Open(layout, bundle, options, cancellation);
            ImageManifest manifest = image.ReadManifest(reference);
            ImageConfig config;
            using (System.Text.Json.JsonDocument document = image.ReadDocument(manifest.Config.Path, manifest.Config.Digest))
                config = ImageConfig.Read(document.RootElement);
            if (config.DiffIds.Count != manifest.Layers.Count)
                throw ImageLayout.Invalid(layout, $"the manifest has {manifest.Layers.Count} layers, the configuration {config.DiffIds.Count}");
            using (RootTree tree = MakeRoot(bundle, warnings))
            {
                var unpacker = new TarUnpacker(tree, new UnpackBudget(options.Limit, options.Progress, cancellation), warnings, cancellation);
                for (int i = 0; i < manifest.Layers.Count; i++)
                    UnpackLayer(image, unpacker, manifest.Layers[i], config.DiffIds[i], options);
                tree.Finish();
            }
            OciSpec spec = WithoutTerminal();
            spec.Root!.Readonly = false;
            config.Apply(spec, UserDatabase.Open(Path.Combine(bundle, RootfsName)));
            return spec;
        });
    }

    // Lets the root of the configuration's user namespace, and nobody else, through to the root filesystem of a bundle that is closed to others: by its group.
    private static void AdmitMappedRoot(OciBundle bundle)
    {
        if (bundle.Spec.Linux?.GidMappings?.Find(static map => map is { ContainerID: 0, Size: > 0 }) is not { HostID: > 0 } root || Libc.geteuid() != 0)
            return;
        if (Libc.fchownat(Libc.AT_FDCWD, bundle.Path, uint.MaxValue, root.HostID, 0) < 0)
            throw KernelError.Last("make bundle", bundle.Path, "fchownat");
        if (Libc.fchmodat(Libc.AT_FDCWD, bundle.Path, 0x1C8 /* 0710 */, 0) < 0)
            throw KernelError.Last("make bundle", bundle.Path, "fchmodat");
    }

    private static void UnpackLayer(ImageLayout image, TarUnpacker unpacker, ImageBlob layer, string diffId, BundleOptions options)
    {
        using var tar = new HashingStream(Decompression.Open(image.OpenBlob(layer), layer.ToString(), options));
        unpacker.UnpackLayer(tar, layer.ToString());
        string found = tar.Finish();
        if (found != diffId)
            throw ImageLayout.Invalid($"layer {layer}", $"its content is {found}, the configuration says {diffId}");
    }

    private static OciSpec WithoutTerminal()
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Process!.Terminal = false;
        return spec;
    }

    // A program that the image makes setuid root would be that for everybody who can reach it.
    private static void CloseToOthers(string bundle)
    {
        if (Libc.fchmodat(Libc.AT_FDCWD, bundle, 0x1C0 /* 0700 */, 0) < 0)
            throw KernelError.Last("make bundle", bundle, "fchmodat");
    }

    private static RootTree MakeRoot(string bundle, WarningList warnings)
    {
        string rootfs = Path.Combine(bundle, RootfsName);
        Directory.CreateDirectory(rootfs);
        var tree = new RootTree(rootfs, warnings);
        // Archives may override this; few do.
        tree.AddDirectory(RootPath.Parse(string.Empty), new EntryMetadata(0x1ED, Libc.geteuid(), Libc.getegid(), DateTimeOffset.UtcNow));
        return tree;
    }

    private static OciBundle Build(string path, BundleOptions? options, bool closed, Func<string, WarningList, OciSpec> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string bundle = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        bool existed = Begin(bundle);
        try
        {
            var warnings = new WarningList();
            if (closed)
                CloseToOthers(bundle);
            OciSpec spec = fill(bundle, warnings);
            var result = new OciBundle(bundle, options?.Edit?.Invoke(spec) ?? spec, warnings.ToList());
            result.Save();
            if (closed)
                AdmitMappedRoot(result);
            return result;
        }
        catch (Exception e)
        {
            Clean(bundle, existed);
            if (Explain(e, bundle) is { } explained)
                throw explained;
            throw;
        }
    }

    // Makes the bundle's directory. True when there was an empty one.
    private static bool Begin(string bundle)
    {
        try
        {
            bool existed = Directory.Exists(bundle);
            if (File.Exists(bundle) || (existed && Directory.EnumerateFileSystemEntries(bundle).Any()))
            {
                throw new OciException(OciErrorCode.InvalidArgument, $"make bundle {bundle}: it exists and is not an empty directory")
                {
                    Step = "bundle",
                    Object = bundle,
                };
            }
            Directory.CreateDirectory(bundle);
            return existed;
        }
        catch (Exception e) when (Explain(e, bundle) is { } explained)
        {
            throw explained;
        }
    }

    private static OciException? Explain(Exception e, string bundle) => e switch
    {
        OciException { Code: OciErrorCode.Cancelled } => new OciException(OciErrorCode.Cancelled, $"make bundle {bundle}: cancelled", e) { Step = "bundle", Object = bundle },
        InvalidDataException => new OciException(OciErrorCode.InvalidArgument, $"make bundle {bundle}: damaged data: {e.Message}", e) { Step = "bundle", Object = bundle },
        _ when KernelError.IsOfFiles(e) => new OciException(KernelError.CodeOf(KernelError.ErrnoOf(e)), $"make bundle {bundle}: {e.Message}", e) { Step = "bundle", Object = bundle, Errno = KernelError.ErrnoOf(e) },
        _ => null,
    };

    private static void Clean(string bundle, bool keepDirectory)
    {
        int fd = Libc.open(bundle, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            return;
        using (new SafeFd(fd))
        {
            try
            {
                foreach (string name in TreeRemoval.NamesIn(fd))
                    _ = TreeRemoval.TryRemove(fd, name);
            }
            catch (OciException)
            {
                return; // what can't be listed stays; the first error is the one that is reported
            }
        }
        if (!keepDirectory)
            _ = Libc.unlinkat(Libc.AT_FDCWD, bundle, Libc.AT_REMOVEDIR);
    }
}
