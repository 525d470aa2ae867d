use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::world::World;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::events::{Change, Occurrence};
use crate::world::naming::major;
use crate::world::resource::{DbCluster, DbInstance, MasterUserSecret, PendingModifiedValues};
use crate::world::window::next_maintenance;

const MINUTE: Duration = Duration::from_mins(1);

impl World {
    /// A cluster or an instance is modified: `at_once` takes effect as soon as possible, `changes` do so too if they are to be applied
    /// `immediately`, together with all that still waits, and else in the next maintenance window (RDS API reference,
    /// `ApplyImmediately`).
    pub(crate) fn modify(
        &mut self,
        target: &Target,
        at_once: PendingModifiedValues,
        changes: &PendingModifiedValues,
        immediately: bool,
    ) {
        let waiting = self.waiting(target);
        if let Some(pending) = self.pending_mut(target) {
            pending.add(&at_once);
            pending.add(changes);
        }
        let mut begun = at_once;
        if immediately {
            let mut all = waiting;
            all.add(changes);
            begun.add(&all);
        }
        let lag = self.timing.modify_lag.sample(self.draw(&target.place, &target.id, &format!("lag at {}", self.now())));
        self.begin_modification(self.now() + lag, target, &begun);
        self.schedule_maintenance(self.now(), target);
    }

    /// Applies changes one phase after the other, behind those that are being applied already. The status follows the answer some
    /// seconds later: a caller that looks at once still sees `available`.
    fn begin_modification(&mut self, when: Timestamp, target: &Target, changes: &PendingModifiedValues) {
        let mut begins = self.agenda.modified_until(target).map_or(when, |until| until.max(when));
        let draw = self.draw(&target.place, &target.id, &format!("modification at {when}"));
        let mut phase = |world: &mut Self, begin, lasting: Duration, end| {
            world.agenda.at(begins, target, begin);
            begins = begins + lasting;
            world.agenda.at(begins, target, end);
        };
        let rest = PendingModifiedValues { master_user_password: false, identifier: None, ..changes.clone() };
        let timing = self.timing.clone();
        if changes.master_user_password {
            let begin = Happening::Status("resetting-master-credentials");
            phase(self, begin, timing.password_change.sample(draw), Happening::PasswordSet);
        }
        if !rest.is_empty() {
            // The slowest change decides how long all of them take.
            let spreads = [
                (rest.engine_version.is_some(), timing.engine_upgrade),
                (rest.class.is_some(), timing.class_change),
                (rest.storage.is_some(), timing.storage_change),
                (rest.security_groups.is_some(), timing.security_group_change),
                (rest.is_light(), timing.modification),
            ];
            let slowest = spreads.iter().filter(|(asked, _)| *asked).map(|(_, spread)| spread.sample(draw.next())).max();
            let begin = Happening::Modifying(Box::new(rest.clone()));
            phase(self, begin, slowest.unwrap_or_default(), Happening::Modified(Box::new(rest)));
        }
        if let Some(identifier) = &changes.identifier {
            let renamed = PendingModifiedValues { identifier: Some(identifier.clone()), ..Default::default() };
            let begin = Happening::Status("renaming");
            phase(self, begin, timing.rename.sample(draw.next().next()), Happening::Modified(Box::new(renamed)));
        }
    }

    /// The maintenance window opens: what waited for it begins as soon as nothing else goes on.
    pub(super) fn maintenance_window(&mut self, when: Timestamp, target: &Target) {
        let free = self.status_mut(target).is_some_and(|status| MODIFIABLE.contains(&status.as_str()));
        if free && self.agenda.modified_until(target).is_none() {
            let waiting = self.waiting(target);
            self.begin_modification(when, target, &waiting);
        } else if self.status_mut(target).is_some() {
            self.agenda.at(when + MINUTE, target, Happening::MaintenanceWindow);
        }
    }

    /// Changes begin to be applied.
    pub(super) fn modifying(&mut self, when: Timestamp, target: &Target, changes: &PendingModifiedValues) {
        self.set_status(target, "modifying");
        for change in self.told_of(target, changes) {
            self.tell(when, target, &Occurrence::Modifying(change));
        }
    }

    /// Changes are in force.
    pub(super) fn modified(&mut self, when: Timestamp, target: &Target, changes: &PendingModifiedValues) {
        let told = self.told_of(target, changes);
        let holdings = self.at_mut(&target.place);
        let mut retention = None;
        if let Some(cluster) = holdings.clusters.get_mut(&target.id).filter(|_| target.kind == Kind::Cluster) {
            cluster.apply(changes);
        } else if let Some(instance) = holdings.instances.get_mut(&target.id).filter(|_| target.kind == Kind::Instance) {
            retention = changes.backup_retention_period.map(|after| (instance.backup_retention_period, after));
            instance.apply(changes);
        }
        let former = &target.id;
        let target = &match &changes.identifier {
            Some(identifier) => self.rename(target, identifier),
            None => target.clone(),
        };
        if target.id != *former {
            self.tell(when, target, &Occurrence::Renamed { from: former.clone() });
        }
        for change in told {
            self.tell(when, target, &Occurrence::Modified(change));
        }
        self.members_follow(target);
        match retention {
            Some((0, 1..)) => self.begin_backups(when, target, true),
            Some((1.., 0)) => self.end_backups(target),
            _ => {}
        }
        if changes.storage.is_some() {
            let draw = self.draw(&target.place, &target.id, &format!("storage optimization at {when}"));
            self.agenda.at(when + self.timing.storage_optimization.sample(draw), target, Happening::StorageOptimized);
        }
        self.rest(target);
    }

    /// What RDS has events for among changes that are not in force yet.
    fn told_of(&self, target: &Target, changes: &PendingModifiedValues) -> Vec<Change> {
        let holdings = self.at(&target.place);
        let version = match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id).map(|it| (&it.engine, &it.engine_version)),
            _ => holdings.instances.get(&target.id).map(|it| (&it.engine, &it.engine_version)),
        };
        let upgrade = changes.engine_version.as_ref().zip(version);
        let upgrade = upgrade.map(|(to, (engine, from))| Change::Engine { major: major(engine, to) != major(engine, from) });
        let class = changes.class.as_ref().map(|_| Change::Class);
        let storage = changes.storage.as_ref().map(|_| Change::Storage);
        let multi_az = changes.multi_az.map(Change::MultiAz);
        let backups = changes.backup_retention_period.map(|days| Change::Backups { enabled: days > 0 });
        [upgrade, class, storage, multi_az, backups].into_iter().flatten().collect()
    }

    /// Nothing goes on any more but perhaps a snapshot or the optimization of storage.
    pub(crate) fn rest(&mut self, target: &Target) {
        let status = self.at_rest(target);
        self.set_status(target, status);
    }

    /// The password in a managed secret is in force.
    pub(super) fn secret_active(&mut self, target: &Target) {
        let holdings = self.at_mut(&target.place);
        let secret = match target.kind {
            Kind::Cluster => holdings.clusters.get_mut(&target.id).and_then(|it| it.master_user_secret.as_mut()),
            _ => holdings.instances.get_mut(&target.id).and_then(|it| it.master_user_secret.as_mut()),
        };
        secret.map(MasterUserSecret::activate);
    }

    /// The members of a cluster are what it is.
    pub(crate) fn members_follow(&mut self, target: &Target) {
        let holdings = self.at_mut(&target.place);
        let Some(cluster) = holdings.clusters.get(&target.id).filter(|_| target.kind == Kind::Cluster) else { return };
        let members = holdings.instances.values_mut().filter(|it| it.cluster.as_deref() == Some(&target.id));
        members.for_each(|member| member.follow(cluster));
    }

    /// Another backup window counts from now on.
    pub(crate) fn move_backup_window(&mut self, target: &Target) {
        if self.agenda.cancel(target, &Happening::BackupWindow) {
            self.schedule_backup_window(self.now(), target);
        }
    }

    /// What was asked for and waits for the maintenance window.
    fn waiting(&mut self, target: &Target) -> PendingModifiedValues {
        let mut waiting = self.pending_mut(target).cloned().unwrap_or_default();
        for changes in self.agenda.modifications(target) {
            waiting.done(changes);
        }
        waiting.master_user_password = false;
        waiting
    }

    fn schedule_maintenance(&mut self, now: Timestamp, target: &Target) {
        self.agenda.cancel(target, &Happening::MaintenanceWindow);
        let holdings = self.at(&target.place);
        let window = match target.kind {
            Kind::Cluster => holdings.clusters.get(&target.id).map(|it| &it.preferred_maintenance_window),
            _ => holdings.instances.get(&target.id).map(|it| &it.preferred_maintenance_window),
        };
        let next = window.and_then(|window| next_maintenance(window, now));
        if let Some(next) = next.filter(|_| !self.waiting(target).is_empty()) {
            self.agenda.at(next, target, Happening::MaintenanceWindow);
        }
    }

    fn pending_mut(&mut self, target: &Target) -> Option<&mut PendingModifiedValues> {
        let holdings = self.at_mut(&target.place);
        match target.kind {
            Kind::Cluster => holdings.clusters.get_mut(&target.id).map(|it| &mut it.pending),
            Kind::Instance => holdings.instances.get_mut(&target.id).map(|it| &mut it.pending),
            Kind::ClusterSnapshot | Kind::Key | Kind::Snapshot => None,
        }
    }

    /// Under its new name it is what it was, with other endpoints. Its snapshots keep the former name, members of a cluster keep
    /// theirs, and the former name is free (RDS user guide, renaming).
    pub(crate) fn rename(&mut self, target: &Target, identifier: &str) -> Target {
        let place = &target.place;
        let renamed = Target::new(place, target.kind, identifier);
        if target.kind == Kind::Cluster {
            let (endpoint, reader_endpoint) = self.cluster_endpoints(place, identifier);
            let holdings = self.at_mut(place);
            let Some(mut cluster) = holdings.clusters.remove(&target.id) else { return target.clone() };
            (cluster.endpoint, cluster.reader_endpoint) = (Some(endpoint), Some(reader_endpoint));
            (cluster.identifier, cluster.arn) = (identifier.to_owned(), place.arn("cluster", identifier));
            holdings.clusters.insert(identifier.to_owned(), cluster);
            for member in holdings.instances.values_mut().filter(|it| it.cluster.as_ref() == Some(&target.id)) {
                member.cluster = Some(identifier.to_owned());
            }
        } else {
            let endpoint = self.instance_endpoint(place, identifier);
            let holdings = self.at_mut(place);
            let Some(mut instance) = holdings.instances.remove(&target.id) else { return target.clone() };
            instance.endpoint = Some(endpoint);
            (instance.identifier, instance.arn) = (identifier.to_owned(), place.arn("db", identifier));
            holdings.instances.insert(identifier.to_owned(), instance);
        }
        self.agenda.rename(target, &renamed);
        renamed
    }
}

/// The statuses in which something can be modified.
pub(crate) const MODIFIABLE: [&str; 2] = ["available", "storage-optimization"];

impl PendingModifiedValues {
    /// Whether there is something in it that takes neither long nor has a time of its own.
    fn is_light(&self) -> bool {
        let heavy = Self {
            engine_version: self.engine_version.clone(),
            parameter_group: self.parameter_group.clone(),
            class: self.class.clone(),
            storage: self.storage.clone(),
            security_groups: self.security_groups.clone(),
            ..Self::default()
        };
        heavy != *self
    }
}

impl DbCluster {
    /// Takes over what is asked for, save the identifier.
    fn apply(&mut self, changes: &PendingModifiedValues) {
        let PendingModifiedValues { class, engine_version, parameter_group, storage, .. } = changes.clone();
        if let Some(storage) = storage {
            (self.allocated_storage, self.storage_type, self.iops) = (storage.allocated, storage.storage_type, storage.iops);
        }
        replace(&mut self.class, class);
        replace(&mut self.engine_version, engine_version);
        replace(&mut self.parameter_group, parameter_group);
        replace(&mut self.backup_retention_period, changes.backup_retention_period);
        replace(&mut self.iam_authentication, changes.iam_authentication);
        replace(&mut self.ca, changes.ca.clone());
        replace(&mut self.security_groups, changes.security_groups.clone());
        self.pending.done(changes);
    }
}

impl DbInstance {
    /// Takes over what is asked for, save the identifier.
    fn apply(&mut self, changes: &PendingModifiedValues) {
        let PendingModifiedValues { class, engine_version, parameter_group, storage, subnet_group, .. } = changes.clone();
        if let Some(storage) = storage {
            (self.allocated_storage, self.storage_type) = (storage.allocated, storage.storage_type);
            (self.iops, self.storage_throughput) = (storage.iops, storage.throughput);
        }
        replace(&mut self.class, class);
        replace(&mut self.engine_version, engine_version);
        replace(&mut self.parameter_group, parameter_group);
        replace(&mut self.backup_retention_period, changes.backup_retention_period);
        replace(&mut self.iam_authentication, changes.iam_authentication);
        replace(&mut self.ca, changes.ca.clone());
        replace(&mut self.security_groups, changes.security_groups.clone());
        replace(&mut self.port, changes.port);
        if let Some(multi_az) = changes.multi_az {
            self.multi_az = multi_az;
            self.secondary_availability_zone = changes.standby.clone().filter(|_| multi_az);
        }
        if let Some(group) = subnet_group {
            (self.subnet_group, self.subnet_group_description) = (group.name, group.description);
            (self.subnets, self.vpc) = (group.subnets, group.vpc);
        }
        self.pending.done(changes);
    }

    /// A member of a cluster shows what the cluster is.
    pub(crate) fn follow(&mut self, cluster: &DbCluster) {
        self.engine_version.clone_from(&cluster.engine_version);
        self.class.clone_from(&cluster.class);
        (self.allocated_storage, self.iops) = (cluster.allocated_storage, cluster.iops);
        self.storage_type.clone_from(&cluster.storage_type);
        self.security_groups.clone_from(&cluster.security_groups);
        self.ca.clone_from(&cluster.ca);
        self.auto_minor_version_upgrade = cluster.auto_minor_version_upgrade;
        self.iam_authentication = cluster.iam_authentication;
        self.copy_tags_to_snapshot = cluster.copy_tags_to_snapshot;
        self.backup_retention_period = cluster.backup_retention_period;
        self.preferred_backup_window.clone_from(&cluster.preferred_backup_window);
        self.preferred_maintenance_window.clone_from(&cluster.preferred_maintenance_window);
        self.log_exports.clone_from(&cluster.log_exports);
        self.monitoring.clone_from(&cluster.monitoring);
    }
}

fn replace<T>(current: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *current = new;
    }
}
