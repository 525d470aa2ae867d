use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::KEY_LOST;
use crate::world::World;
use crate::world::agenda::{Happening, Kind, Member, Target};
use crate::world::events::Occurrence;
use crate::world::naming::family;
use crate::world::place::Place;
use crate::world::resource::{ClusterMember, Data, DbCluster, DbInstance, MasterUserSecret, Work};

impl World {
    /// A cluster begins to be. It is complete but for what follows from its name and from now; its data, of `used_gib`, lives on a
    /// volume of its own.
    pub(crate) fn begin_cluster(&mut self, place: &Place, cluster: DbCluster, used_gib: u32, lasting: Duration) -> DbCluster {
        let now = self.now();
        let id = cluster.identifier.clone();
        let resource_id = self.resource_id("cluster", place, &id, now);
        let work = Work { begins: now, ends: now + lasting };
        let zones = cluster.availability_zones.clone();
        let cluster = DbCluster {
            arn: place.arn("cluster", &id),
            status: "creating".to_owned(),
            data: Data { volume: resource_id.clone(), used_gib, rewritten_gib_per_day: 0 },
            resource_id,
            work: Some(work),
            ..cluster
        };
        self.at_mut(place).clusters.insert(id.clone(), cluster.clone());
        self.schedule_cluster(&Target::new(place, Kind::Cluster, &id), work, &zones);
        cluster.shown(now)
    }

    /// The members `<cluster>-instance-1` to `-3` appear one by one, long before the cluster is up. Taken names are skipped.
    pub(crate) fn schedule_cluster(&mut self, target: &Target, work: Work, zones: &[String]) {
        let Target { place, id, .. } = target;
        let free = |n: &u32| !self.at(place).instances.contains_key(&format!("{id}-instance-{n}"));
        let names: Vec<String> = (1..).filter(free).take(3).map(|n| format!("{id}-instance-{n}")).collect();
        for ((name, zone), fifth) in names.into_iter().zip(zones).zip(1..) {
            let when = work.begins + work.ends.since(work.begins) / 5 * fifth;
            let member = Member { name, is_writer: fifth == 1, zone: zone.clone() };
            self.agenda.at(when, target, Happening::MemberAppears(member));
        }
        self.agenda.at(work.ends, target, Happening::Ready);
    }

    /// A restored cluster is up.
    pub(super) fn cluster_ready(&mut self, when: Timestamp, target: &Target) {
        if self.key_is_lost(target) {
            return self.fail(when, target, KEY_LOST);
        }
        let (endpoint, reader_endpoint) = self.cluster_endpoints(&target.place, &target.id);
        let Some(cluster) = self.at_mut(&target.place).clusters.get_mut(&target.id) else { return };
        (cluster.endpoint, cluster.reader_endpoint) = (Some(endpoint), Some(reader_endpoint));
        (cluster.created_at, cluster.work) = (Some(when), None);
        "available".clone_into(&mut cluster.status);
        cluster.master_user_secret.as_mut().map(MasterUserSecret::activate);
        self.tell(when, target, &Occurrence::Created);
        let baseline = self.switches.cluster_baseline_backup;
        self.begin_backups(when, target, baseline);
    }

    /// A member of a cluster shows for the first time. Its status lags that of the cluster: the writer is `available` with it, a
    /// reader some time later.
    pub(super) fn member_appears(&mut self, when: Timestamp, target: &Target, member: &Member) {
        let place = &target.place;
        let lag = self.timing.reader_lag.sample(self.draw(place, &member.name, "reader lag"));
        let resource_id = self.resource_id("db", place, &member.name, when);
        let cluster = self.at(place).clusters.get(&target.id);
        let group = cluster.and_then(|cluster| self.at(place).subnet_groups.get(&cluster.subnet_group)).cloned();
        let (subnet_group_description, subnets) = group.map(|group| (group.description, group.subnets)).unwrap_or_default();
        let Some(cluster) = self.at_mut(place).clusters.get_mut(&target.id) else { return };
        cluster.members.push(ClusterMember { instance: member.name.clone(), is_writer: member.is_writer });
        let up = cluster.work.map_or(when, |work| work.ends);
        let ends = if member.is_writer { up } else { up + lag };
        let mut instance = DbInstance {
            identifier: member.name.clone(),
            arn: place.arn("db", &member.name),
            resource_id,
            status: "creating".to_owned(),
            cluster: Some(target.id.clone()),
            engine: cluster.engine.clone(),
            kms_key: cluster.kms_key.clone(),
            subnet_group: cluster.subnet_group.clone(),
            subnet_group_description,
            subnets,
            vpc: cluster.vpc.clone(),
            parameter_group: format!("default.{}", family(&cluster.engine, &cluster.engine_version)),
            availability_zone: member.zone.clone(),
            publicly_accessible: cluster.publicly_accessible,
            engine_lifecycle_support: cluster.engine_lifecycle_support.clone(),
            database_name: cluster.database_name.clone(),
            master_username: cluster.master_username.clone(),
            port: cluster.port,
            tags: cluster.tags.clone(),
            data: cluster.data.clone(),
            work: Some(Work { begins: when, ends }),
            ..DbInstance::default()
        };
        instance.follow(cluster);
        self.at_mut(place).instances.insert(member.name.clone(), instance);
        let shown = Target::new(place, Kind::Instance, &member.name);
        let halfway = when + ends.since(when) / 2;
        self.agenda.at(halfway, &shown, Happening::Status("backing-up"));
        self.agenda.at(ends, &shown, Happening::Ready);
    }
}
